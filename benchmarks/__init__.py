"""What is promised in figures, measured side by side in one run."""
