"""What people and programs see: the pages, the REST API, the sign-in.

Thin: asks the ledger's questions, does its acts, and writes the answers for eyes or for machines. Who may do what is
decided in `auth` and nowhere else. pydantic lives here, in `schemas`; FastAPI at the doors.
"""
