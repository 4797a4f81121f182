"""Rules about the Python and the uv that an image has."""
