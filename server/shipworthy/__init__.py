"""Tells whether a Python project builds and runs the same in Docker everywhere.

`ARCHITECTURE.md` beside this file is the map: what each package is for and what it never does.
"""

__version__ = "0.1.0"
