"""Runs the rules over the model and turns what they say into an analysis; applies fixes."""
