"""Statements: a month is closed here, and each statement is written in its forms.

A statement is frozen when it is issued: `month` reads, asks `domain`, numbers and keeps; every form (`pdf`, `xlsx`,
`csv_form`, `signed`, `fatturapa`, `accountant`) is made of the frozen document alone. What is kept, and what may not be
changed any more, is the ledger's.
"""
