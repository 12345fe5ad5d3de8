"""The changes of the tables, forward only, one file each; they run when the collector starts."""
