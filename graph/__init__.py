"""Documents become a validated knowledge graph, and the graph answers questions."""
