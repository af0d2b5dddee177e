"""One fetch: it connects to the addresses that were checked, and to no other."""

import asyncio
import ssl
from collections.abc import Iterable, Sequence
from typing import Any

import httpcore
import pytest

from graph.engine.fetches import CheckedNetwork, FetchError
from graph.remote_hosts import parse_hosts, parse_target

PUBLIC = "93.184.216.34"
PRIVATE = "127.0.0.1"


class Names:
    """A directory of names that changes its mind: each look-up gives the next answer."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        return self.answers.pop(0)


class Unreachable(httpcore.AsyncNetworkBackend):
    """A network that notes who is to be connected to, and connects to nobody."""

    def __init__(self) -> None:
        self.tried: list[tuple[str, int]] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.tried.append((host, port))
        raise httpcore.ConnectError(host)


def connect(names: Names, iri: str = "https://example.org/sparql") -> tuple[list[tuple[str, int]], Exception]:
    """Return who was connected to, and how that ended."""
    network = Unreachable()
    checked = CheckedNetwork(parse_target(iri), parse_hosts("example.org, 127.0.0.1:81"), names.resolve, network)

    async def try_it() -> Exception:
        with pytest.raises((FetchError, httpcore.ConnectError)) as raised:
            await checked.connect_tcp("example.org", 443)
        return raised.value

    return network.tried, asyncio.run(try_it())


def test_the_addresses_that_were_checked_are_connected_to() -> None:
    """The name is looked up once; that it leads to this machine a moment later changes nothing."""
    names = Names([PUBLIC, "2606:4700::1111"], [PRIVATE])

    tried, error = connect(names)

    assert tried == [(PUBLIC, 443), ("2606:4700::1111", 443)]
    assert isinstance(error, httpcore.ConnectError)
    assert names.answers == [[PRIVATE]]


@pytest.mark.parametrize("addresses", [[PRIVATE], [PUBLIC, PRIVATE], ["::ffff:10.0.0.1"], ["169.254.169.254"]])
def test_a_name_with_a_private_address_among_others_is_not_connected_to(addresses: list[str]) -> None:
    tried, error = connect(Names(addresses))

    assert tried == []
    assert "not public" in str(error)


def test_a_name_without_an_address_leads_nowhere() -> None:
    tried, error = connect(Names([]))

    assert tried == []
    assert "leads nowhere" in str(error)


def test_a_private_address_on_the_list_is_connected_to() -> None:
    tried, _ = connect(Names([PRIVATE]), "http://127.0.0.1:81/")

    assert tried == [(PRIVATE, 81)]


def test_certificates_are_checked_for_the_name() -> None:
    context = httpcore.default_ssl_context()

    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
