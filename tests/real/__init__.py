"""Real remote sessions on this machine: Debian's own viewers and servers on a screen that nobody sees.

`desk` has what is connected to, `viewers` what connects, `line` stands between them and knows the truth, `watching`
hears what the agent says of it. All of it is loopback, on free ports, and ended by the test that started it.
"""
