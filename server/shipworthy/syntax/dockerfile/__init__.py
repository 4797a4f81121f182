"""Dockerfiles after BuildKit: logical lines, instructions, words and their expansion."""
