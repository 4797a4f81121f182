"""Rules about what a container starts and how."""
