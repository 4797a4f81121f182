"""What several test folders share: workspaces from documents, fake models, the fix promises."""
