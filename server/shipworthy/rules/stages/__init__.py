"""Rules about what is carried from one stage to another."""
