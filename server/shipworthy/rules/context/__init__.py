"""Rules about what enters the image, and about the ignore files that decide it."""
