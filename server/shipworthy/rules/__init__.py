"""One rule, one file: its documentation, its messages and its detection."""
