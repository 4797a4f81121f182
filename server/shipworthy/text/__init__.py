"""Spans, line indexes and edits: what a piece of text is, before any language is known."""
