"""What holds the triples and answers queries."""
