"""Rules about sources of COPY and bind mounts that the build does not get."""
