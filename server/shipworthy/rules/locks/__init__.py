"""Rules about lock files: whether the image installs what they say."""
