"""Which hosts and addresses may be asked."""

import pytest

from graph.remote_hosts import AllowedHosts, is_public, parse_address, parse_hosts, parse_target


@pytest.mark.parametrize(
    "text",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.8.8.8", "0.0.0.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "100::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "2002:a00:1::", "2002:a9fe:a9fe::"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1"),
    ],
)
def test_an_address_that_is_private_or_leads_to_one_is_not_public(text: str) -> None:
    address = parse_address(text)

    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::808:808"])
def test_an_address_that_anyone_can_ask_is_public(text: str) -> None:
    address = parse_address(text)

    assert address is not None
    assert is_public(address)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "127.0.0.1",
            "10.0.0.1, example.org",
            "[::1]",
            "::1",
            "http://example.org",
            "*.example.org",
            "a b",
            "127.1:80",
        ),
        *("0x7f000001:80", "2130706433:80", "example.org:0", "example.org:99999", "user@example.org", "éxample.org"),
    ],
)
def test_what_is_no_list_of_hosts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse_hosts(text)


def test_a_host_without_a_port_is_asked_at_the_usual_ones() -> None:
    hosts = parse_hosts("Example.org.")

    allowed = [
        iri
        for iri in (
            "http://example.org/a",
            "https://EXAMPLE.org",
            "http://example.org:443/",
            "http://example.org:8080/",
        )
        if hosts.refusal(parse_target(iri)) is None
    ]

    assert allowed == ["http://example.org/a", "https://EXAMPLE.org"]


@pytest.mark.parametrize(
    ("iri", "address", "expected"),
    [
        ("http://127.0.0.1:81/", "127.0.0.1", True),
        ("http://[::1]:81/", "::1", True),
        ("http://example.org/", "8.8.8.8", True),
        ("http://example.org/", "127.0.0.1", False),
        ("http://example.org:81/", "127.0.0.1", False),
        ("http://127.0.0.1:82/", "127.0.0.1", False),
        ("http://127.0.0.1:81/", "127.0.0.2", False),
        ("http://example.org/", "no address", False),
    ],
)
def test_a_private_address_is_meant_only_where_it_is_written(iri: str, address: str, expected: bool) -> None:
    hosts = parse_hosts("example.org, example.org:81, 127.0.0.1:81, [::1]:81")

    assert hosts.may_connect(parse_target(iri), address) is expected


def test_an_empty_list_is_nobody() -> None:
    assert parse_hosts("") == parse_hosts(" , ") == AllowedHosts()
    assert not AllowedHosts()
