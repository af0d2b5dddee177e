"""Graph becomes bytes: one file per format."""
