"""The service and the command line: they talk, the graph does the work."""
