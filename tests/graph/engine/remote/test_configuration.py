"""Where a server is: what can be talked to, and what is refused before anybody tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine.remote.configuration import Remote, shown
from graph.engine.remote.dialects import DIALECTS
from graph.engine.remote.excerpts import MOST_CHARACTERS, excerpt

ADDRESS = "http://127.0.0.1:3030/ds/query"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(
    st.builds(
        Remote,
        queries=st.lists(st.just(ADDRESS), min_size=1).map(tuple),
        update=st.sampled_from(("", ADDRESS)),
        kind=st.sampled_from(tuple(DIALECTS)),
        user=WORDS,
        password=WORDS,
        authentication=st.just("digest"),
        stall_seconds=st.floats(0.1, 1000),
    )
)
def test_a_server_travels_as_json(remote: Remote) -> None:
    assert Remote.from_json(remote.to_json()) == remote


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://a/b", "begins with http"),
        ("a/b", "begins with http"),
        ("http:///b", "begins with http"),
        ("http://é.example/", "begins with http"),
        ("http://me:secret@a.example:1/b", "a.example:1 holds a user"),
        ("http://a/b c", "a space"),
        ("http://a/b#c", "“#”"),
        ("http://a:port/", "Port"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_its_password(address: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as raised:
        Remote((address,), "")

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"queries": ()}, "no query endpoint"),
        ({"kind": "oracle"}, "no kind of server “oracle”"),
        ({"authentication": "ntlm"}, "none of basic"),
        ({"user": "a\nb"}, "control"),
        ({"user": "a:b"}, "“:”"),
        ({"password": "täken", "authentication": "bearer"}, "no token"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Remote(**{"queries": (ADDRESS,), "update": "", **fields})  # type: ignore[arg-type]


def test_messages_name_host_and_port_alone() -> None:
    assert shown("https://me:secret@a.example:8443/sparql?key=x") == "a.example:8443"


@given(WORDS, st.sampled_from(("", "text/plain", "application/json")), st.text(min_size=4))
def test_an_excerpt_is_one_short_line_without_secrets(text: str, media_type: str, secret: str) -> None:
    found = excerpt(f"{text}{secret}\n{text}", media_type, (secret,))

    assert len(found) <= MOST_CHARACTERS + 1
    assert "\n" not in found
    assert secret not in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"title": "A", "detail": "B."}', "B"),
        ('{"error": {"code": 1}}', ""),
        ('["a"]', ""),
        ("not JSON", "not JSON"),
    ],
)
def test_of_json_the_sentence_is_told(text: str, told: str) -> None:
    assert excerpt(text, "application/problem+json", ()) == told
