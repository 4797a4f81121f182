"""Rules about layers, caches and what is installed again."""
