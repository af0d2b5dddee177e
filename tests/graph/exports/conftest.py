"""The programs that read exports, as a fixture."""

import pytest

from tests.graph.exports.readers import READERS, Reader


def name(reader: Reader) -> str:
    return f"{reader.form.name}-{reader.name}"


@pytest.fixture(params=READERS, ids=name)
def reader(request: pytest.FixtureRequest) -> Reader:
    """A program that reads a format."""
    found: Reader = request.param
    if found.missing:
        pytest.skip(f"{found.missing}; `make test` installs what npm has, and Graphviz is a package of the system")
    return found
