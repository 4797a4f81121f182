"""Rules about commands that install packages into an image."""
