"""The collector: takes in what the agents saw, remembers it, keeps the caps, and tells what it costs.

It never imports the agent; both speak `shared`. Only `__main__` and `app` know all of its rooms.
"""
