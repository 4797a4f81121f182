"""Views: what is said and shown about places, on workspaces in memory."""
