"""The links of a note that lead to the web, from what its blocks lead to."""

from collections.abc import Iterator, Sequence

from graph.notes.addresses import host_of, inner_address, is_of_the_web, language_of, whole
from graph.notes.drafts import Draft
from graph.notes.note import Link


def links_of(drafts: Sequence[Draft]) -> Iterator[Link]:
    """Yield what leads to the web: neither other files nor other places in the note."""
    for number, draft in enumerate(drafts):
        for target in draft.passage.targets:
            told = inner_address(target.address) or target.address
            if not target.is_bare and not is_of_the_web(told):
                continue
            address = whole(told)
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
