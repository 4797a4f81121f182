"""From rules to references: the index, the pages, and what `explain` prints."""
