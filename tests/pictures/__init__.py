"""`python -m tests.pictures`: the README's pictures, made from the made-up day, so that they stay true."""
