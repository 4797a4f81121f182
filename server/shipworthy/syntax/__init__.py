"""Text to trees: total functions of a text alone, no I/O, no other file."""
