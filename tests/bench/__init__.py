"""`python -m tests.bench`: the product's figures, each as a ratio beside a bare limit measured in the same run.

Absolute figures of a shared machine swing by a third; a ratio to what the machine can do at best, taken moments before
and after in turn, holds. Nothing here passes or fails.
"""
