"""The language of both sides: what agent and collector say to each other, and what the words mean.

Only what BOTH sides import lives here. It stands on the standard library and msgspec alone, opens nothing and waits
for nothing; it imports neither side.
"""
