"""The engine that is elsewhere: any server that speaks the SPARQL 1.1 Protocol."""
