"""Facts of Python projects: manifests, locks, requirement files, and what they select."""
