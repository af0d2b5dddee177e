"""What the addresses in a note say: where it leads, where things live, what a page is about."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import unquote, urlsplit

from graph.notes.addresses import resource_slug
from graph.notes.linking import Linked
from graph.notes.names import Names
from graph.notes.note import Link, Note, Position
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.wording import Place, Wording
from graph.notes.words import tokens

ADDRESS: Final = "address"
STATED: Final = "stated"
# Names of so few letters count in an address only as they are written elsewhere.
SHORT: Final = 3
IT_LEADS: Final = 1.0
IT_LIVES: Final = 0.8
IT_SPEAKS: Final = 0.6


def of_links(note: Note, linked: Sequence[Linked], names: Names, wording: Wording) -> Iterator[Proposal]:
    """Yield what each link of *note* says; pictures and places within the note say nothing."""
    for link in note.links:
        if link.host and not link.is_image:
            yield from _of_link(link, linked[link.block], names, wording)


def _of_link(link: Link, linked: Linked, names: Names, wording: Wording) -> Iterator[Proposal]:
    at_address = [names.known[slug] for slug in names.at_address(link.address)]
    resources = [known.slug for known in at_address if known.is_resource]
    resource = resources[0] if resources else resource_slug(link.address)
    leads = Proposal(
        saying=Saying.RELATION,
        subject="",
        key="references",
        value=resource,
        position=link.position,
        end=Position(link.position.line, link.position.column + len(link.text)),
        words=link.text,
        basis=STATED,
        confidence=IT_LEADS,
        reason=Reason("address-in-note", "it is a link of the note"),
    )
    yield leads
    seen = replace(leads, subject=resource, basis=ADDRESS, confidence=IT_SPEAKS)
    if link.language:
        reason = Reason("language-of-address", "the address names the language")
        yield replace(seen, saying=Saying.ATTRIBUTE, key="language", value=link.language, reason=reason)
    told = _told(link, linked)
    place = next((one for one in wording.places if _fits(link, one)), None)
    for slug in told:
        if place is not None and not names.known[slug].is_resource:
            reason = Reason("address-of-name", "the name is a link")
            lives = replace(seen, subject=slug, saying=Saying.ATTRIBUTE, confidence=IT_LIVES, reason=reason)
            yield replace(lives, key=place.attribute, value=link.address)
    living = (known.slug for known in at_address if not known.is_resource)
    for slug in dict.fromkeys((*told, *living, *_in_address(link, names, wording))):
        if slug != resource:
            yield replace(
                seen, key="about", value=slug, reason=Reason("name-in-address", "the link or its address names it")
            )


def _told(link: Link, linked: Linked) -> tuple[str, ...]:
    """Return what the whole text of a link names."""
    spans = ((linked.row[one.first].start, linked.row[one.after - 1].end, one.slug) for one in linked.named)
    inside = [(end - start, slug) for start, end, slug in spans if slug and link.start <= start and end <= link.end]
    return tuple(slug for length, slug in inside if 2 * length > link.end - link.start)


def _in_address(link: Link, names: Names, wording: Wording) -> Iterator[str]:
    """Yield what is named in the path of an address, the longest names only."""
    parts = urlsplit(link.address if "//" in link.address else f"//{link.address}")
    row = tokens(unquote(parts.path).replace("/", " | ").replace("_", "-"))
    found = sorted(names.find(row), key=lambda one: (-len(one.key), one.first))
    taken: set[int] = set()
    for one in found:
        span = set(range(one.first, one.after))
        slugs = names.by_key.get(one.key, ())
        is_short = len(one.key) <= SHORT and row[one.first].written not in names.spellings.get(one.key, ())
        is_plain = is_short or row[one.first].folded in wording.common or one.key in names.ordinary
        known = names.known[slugs[0]] if len(slugs) == 1 else None
        is_one = known is not None and not known.is_resource and known.kinds.isdisjoint(wording.unheaded)
        if is_one and not span & taken and not is_plain:
            taken |= span
            yield slugs[0]


def _fits(link: Link, place: Place) -> bool:
    path = urlsplit(link.address if "//" in link.address else f"//{link.address}").path
    parts = sum(bool(part) for part in path.split("/"))
    is_there = not place.sites or link.host.removeprefix("www.") in place.sites
    return is_there and place.least <= parts <= place.most
