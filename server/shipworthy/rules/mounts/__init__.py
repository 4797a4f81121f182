"""Rules about bind mounts and volumes over what the image holds."""
