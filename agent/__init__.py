"""The agent on the technician's PC: sees remote-support sessions, measures them, keeps them, sends them.

It imports `shared` and never `collector`. The way of the data: machine and toollogs (what the system shows) → detector
(which sessions are live) → tracker (stretches of observed time) → spool (disk) → uplink (the line).
"""
