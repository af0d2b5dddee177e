"""Other people's SPARQL servers, run for real: on free ports of loopback, with all that they write in one folder.

Each kind is a module with ``absent_because()``, which says why it cannot run here, and ``serving()``, a context manager
that starts one.  Tests use them through ``fixtures``, benchmarks directly.
"""
