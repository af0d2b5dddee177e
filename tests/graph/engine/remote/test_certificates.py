"""Certificates: one that is not accepted is told apart from a server that does not answer."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.errors import EngineAccessError, EngineUnavailableError
from tests.graph.engine.remote.peers import Peer, peer, whole

TRUE = b'{"head":{},"boolean":true}'
Ask = Callable[[str], bool]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs."""
    return trustme.CA()


@pytest.fixture
def ask(authority: trustme.CA, tmp_path: Path) -> Ask:
    """Asks the server at an address, trusting that authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))

    def asked(address: str, ca_file: str = str(file)) -> bool:
        with closing(Client(Remote((address,), "", ca_file=ca_file))) as client:
            return client.ask("ASK { }")

    return asked


def named(authority: trustme.CA, name: str) -> Iterator[Peer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    with peer(whole(TRUE), tls=context) as server:
        yield server


@pytest.fixture
def right(authority: trustme.CA) -> Iterator[Peer]:
    """A server with a certificate of its own."""
    yield from named(authority, "127.0.0.1")


@pytest.fixture
def wrong(authority: trustme.CA) -> Iterator[Peer]:
    """A server with the certificate of another."""
    yield from named(authority, "other.example")


def test_a_server_is_asked_whose_certificate_is_signed_by_the_file(right: Peer, ask: Ask) -> None:
    assert ask(right.address)


def test_a_certificate_for_another_name_is_refused(wrong: Peer, ask: Ask) -> None:
    with pytest.raises(EngineAccessError, match=r"certificate of 127.0.0.1.*IP address mismatch"):
        ask(wrong.address)


def test_a_certificate_that_nobody_known_has_signed_is_refused(right: Peer) -> None:
    with (
        closing(Client(Remote((right.address,), ""))) as client,
        pytest.raises(EngineAccessError, match=r"certificate of 127.0.0.1.*not accepted: .*certificate"),
    ):
        client.ask("ASK { }")


def test_a_server_without_certificates_is_no_such_case(ask: Ask) -> None:
    with peer(whole(TRUE)) as server, pytest.raises(EngineUnavailableError, match="takes no connection"):
        ask(server.address.replace("http:", "https:"))


def test_a_file_that_holds_no_certificates_is_an_error_at_once(tmp_path: Path) -> None:
    file = tmp_path / "empty.pem"
    file.write_text("nothing")

    with pytest.raises(OSError, match=r"NO_CERTIFICATE|no certificate|PEM"):
        Client(Remote(("https://127.0.0.1:1/",), "", ca_file=str(file)))
