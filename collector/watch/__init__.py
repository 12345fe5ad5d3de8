"""The caps, kept to the second: what is due, and an alert for it, made exactly once.

It reads the ledger, asks `domain` what comes next, and writes alerts through `ledger`. It tells nobody: delivering is
others' work.
"""
