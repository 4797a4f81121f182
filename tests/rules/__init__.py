"""Tests of the rules: documents, and what runs them."""
