"""Findings as text, JSON, SARIF, GitHub commands and markdown: views that decide nothing."""
