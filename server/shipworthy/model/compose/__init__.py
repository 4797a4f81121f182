"""Compose projects as values: what Compose would build and run, after compose-go 2.14."""
