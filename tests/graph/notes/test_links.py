"""Links of every kind, and what their addresses show."""

import pytest

from graph.notes.addresses import language_of
from graph.notes.note import Link
from graph.notes.reading import read_note


def links(text: str) -> list[Link]:
    return list(read_note(text).links)


@pytest.mark.parametrize(
    ("text", "shown", "address", "column"),
    [
        ("[Ceph](https://ceph.io/en/)", "Ceph", "https://ceph.io/en/", 2),
        ('[**Ceph** docs](<https://ceph.io/a b> "title")', "Ceph docs", "https://ceph.io/a%20b", 4),
        ("[Ceph](https://ceph.io/a_(b))", "Ceph", "https://ceph.io/a_(b)", 2),
        ("[Ceph][c]\n\n[c]: https://ceph.io", "Ceph", "https://ceph.io", 2),
        ("[Ceph][]\n\n[ceph]: https://ceph.io", "Ceph", "https://ceph.io", 2),
        ("[Ceph]\n\n[ceph]: https://ceph.io", "Ceph", "https://ceph.io", 2),
        ("<https://ceph.io>", "https://ceph.io", "https://ceph.io", 2),
        ("See https://ceph.io/a_b_c*d*.", "https://ceph.io/a_b_c*d", "https://ceph.io/a_b_c*d", 5),
        ("(https://ceph.io/a_(b))", "https://ceph.io/a_(b)", "https://ceph.io/a_(b)", 2),
        ("**https://ceph.io/**", "https://ceph.io/", "https://ceph.io/", 3),
        ("https://ceph.io/?a=1&amp;b=2&gt;", "https://ceph.io/?a=1&amp;b=2", "https://ceph.io/?a=1&amp;b=2", 1),
        ("« https://ceph.io/ », oui", "https://ceph.io/", "https://ceph.io/", 3),
        ("www.ceph.io/x!", "www.ceph.io/x", "https://www.ceph.io/x", 1),
        ("see github.com/ceph/ceph, please", "github.com/ceph/ceph", "https://github.com/ceph/ceph", 5),
        ("a <a href='https://ceph.io/?a&amp;b' onclick=x()>Ceph</a>", "Ceph", "https://ceph.io/?a&b", 50),
        ("<div><a href=//ceph.io>Ceph</a></div>", "Ceph", "https://ceph.io", 24),
        ("[Ceph](www.ceph.io)", "Ceph", "https://www.ceph.io", 2),
        ("[Ceph]([ceph](https://ceph.io/a_(b)))", "Ceph", "https://ceph.io/a_(b)", 2),
        ("HTTPS://CEPH.IO/", "HTTPS://CEPH.IO/", "HTTPS://CEPH.IO/", 1),
    ],
)
def test_a_link_of_any_kind_is_found(text: str, shown: str, address: str, column: int) -> None:
    (link,) = links(text)

    assert (link.text, link.address, link.position.line, link.position.column) == (shown, address, 1, column)
    assert link.host == ("www.ceph.io" if "www" in text else "github.com" if "github" in text else "ceph.io")


@pytest.mark.parametrize(
    "text",
    [
        "[Ceph](ceph.md) [Rook](#rook) [Zun](/zun) [mail](mailto:a@b.io)",
        "`https://ceph.io` and\n\n    https://ceph.io\n",
        "networking.k8s.io/v1, quay.io/ceph/ceph, main.py, node.js, e.g. ceph.io and user@github.com/x",
        "[x](javascript:alert(1)) <a href='javascript:alert(1)'>y</a> [z](data:text/html,x)",
        "http:// https://[ https://a.b:port/ www. http://..",
        "<!-- https://ceph.io --> <script>https://ceph.io</script>",
    ],
)
def test_what_leads_to_no_host_of_the_web_is_no_link(text: str) -> None:
    assert links(text) == []


def test_images_are_apart_and_may_be_links_too() -> None:
    image, picture, link, tag = links(
        "![logo](https://a.b/l.png) [![badge](https://c.d/b.svg)](https://e.f) <img src='https://g.h/i' alt='pic'>"
    )

    assert [one.is_image for one in (image, picture, link, tag)] == [True, True, False, True]
    assert [one.text for one in (image, picture, link, tag)] == ["logo", "badge", "badge", "pic"]


def test_a_link_names_its_block_and_where_its_text_stands() -> None:
    note = read_note("# Ceph\n\n- see\n  [the\n  docs](https://ceph.io) now\n")
    (link,) = note.links

    block = note.blocks[link.block]
    assert block.prose.value[link.start : link.end] == link.text == "the docs"
    assert (link.position.line, link.position.column) == (4, 4)


@pytest.mark.parametrize(
    ("address", "language"),
    [
        ("https://example.org/fr-fr/azure/", "fr"),
        ("https://example.org/fr/docs", "fr"),
        ("https://example.org/a/b/pt_BR/c", "pt"),
        ("https://example.org/zh-hans-cn/x", "zh"),
        ("https://de.example.org/x", "de"),
        ("https://example.org/x?hl=it", "it"),
        ("https://example.org/x?lang=es-ES", "es"),
        ("https://example.org/fr", ""),
        ("https://example.org/my/account", ""),
        ("https://example.org/go-to/x", ""),
        ("https://id.example.org/x", ""),
        ("https://example.fr/x", ""),
        ("https://example.org/a/fr/b", ""),
        ("https://[", ""),
    ],
)
def test_an_address_may_show_a_language(address: str, language: str) -> None:
    assert language_of(address) == language


def test_a_bare_address_ends_with_the_link_around_it() -> None:
    (link,) = links("[see https://a.b/c](https://d.e)")

    assert link.address == "https://d.e"
