"""Rules about files that cannot be read, or that a fresh clone lacks."""
