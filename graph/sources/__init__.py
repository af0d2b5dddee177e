"""Text becomes documents: one file per kind of text."""
