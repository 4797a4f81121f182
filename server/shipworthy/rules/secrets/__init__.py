"""Rules about secrets and other private files that become part of an image."""
