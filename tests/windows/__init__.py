"""A Windows PC for the tests: a real Windows CPython under Wine, and the agent on it.

`interpreter` puts the interpreter together once per machine, `pc` is one Windows PC of its own around it, and `guest`
holds what runs inside. What Wine lacks beside Windows is made up for in `guest`, never in the product.
"""
