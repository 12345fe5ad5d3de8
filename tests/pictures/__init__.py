"""The pictures of the README, taken from the made-up day by `python -m tests.pictures`, so that they stay true."""
