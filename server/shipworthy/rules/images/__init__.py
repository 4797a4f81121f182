"""Rules about base images and the tools that are put into them."""
