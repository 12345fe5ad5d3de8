"""The REST API under /api/v1: one noun per file, thin."""
