"""Figures against peers; see README.md. Nothing here asserts a time."""
