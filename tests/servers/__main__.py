"""Prepare what makes every later start of the servers quick."""

from tests.servers import fuseki, virtuoso

for kind in (fuseki, virtuoso):
    if kind.absent_because() is None:
        kind.prepare()
