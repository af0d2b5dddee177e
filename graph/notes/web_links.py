"""The links of a note that lead to the web, from what its blocks lead to."""

from collections.abc import Iterator, Sequence

from graph.notes.addresses import host_of, is_of_the_web, language_of, whole
from graph.notes.drafts import Draft
from graph.notes.note import Link


def links_of(drafts: Sequence[Draft]) -> Iterator[Link]:
    """Yield what leads to the web: neither other files nor other places in the note."""
    for number, draft in enumerate(drafts):
        for target in draft.passage.targets:
            if target.is_bare or is_of_the_web(target.address):
                address = whole(target.address)
                text = draft.passage.prose.value[target.start : target.end].strip()
                yield Link(
                    number,
                    target.start,
                    target.end,
                    target.position,
                    text,
                    address,
                    host_of(address),
                    language_of(address),
                    target.is_image,
                )
