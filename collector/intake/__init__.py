"""The agents' door: who may come in, what they say, and the promise that an ack means committed.

It writes through `ledger` and knows nothing of pages, alerts or prices.
"""
