"""What can be said and shown about a place of a workspace, for editor and terminal alike."""
