"""Tells browsers what changed, the moment it is committed.

The bell rings, the wall is read again, and only what differs goes out: encoded once, for everybody who is looking.
It imports the ledger's answers and nothing of the web.
"""
