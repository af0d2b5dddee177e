"""The explorer, driven as a person would, in a real browser on a real service."""
