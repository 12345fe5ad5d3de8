"""Small honest implementations for tests: each is held to the same tests as the real thing."""
