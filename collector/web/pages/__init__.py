"""The pages: one per file, thin; their words and shapes stand in `templates` and `static`."""
