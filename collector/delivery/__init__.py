"""Tells people: takes what the outbox owes to each channel and keeps trying until it arrived or is given up.

The ledger writes the outbox; here are the channels, the words that go over them, and the one loop that sends. What an
alert is, and who is told of it, is decided elsewhere.
"""
