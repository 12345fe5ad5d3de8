"""The pages in a real browser, against a real collector, with a played technician's PC."""
