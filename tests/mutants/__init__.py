"""Whether a test would notice: collector/domain with one small change at a time, against its own tests."""
