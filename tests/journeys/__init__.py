"""Whole ways through the product, one story a file, with real viewers, real processes and real disks."""
