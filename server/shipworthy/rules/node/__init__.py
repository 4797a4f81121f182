"""Rules about Node dependencies beside a Python project."""
