"""What was written over HTTP: N-Triples, in blocks that say who wrote them, with which request, and when.

# written by editor, request 5f0c…, at 2026-11-23T17:00:00+00:00
<https://…/id/kubespray> <https://…#usesTool> <https://…/id/ansible> .
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from io import StringIO
from typing import Final

from pyoxigraph import RdfFormat, Triple, serialize

from graph.documents import Document, Origin, Statement, Writing
from graph.iris import Iris
from graph.sources import rdf
from graph.vocabulary import Vocabulary

HEAD: Final = re.compile(r"# written by (.*), request (\S*), at (\S+)")


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, each statement with who wrote it."""
    document = rdf.parse(
        text, origin, rdf_format=RdfFormat.N_TRIPLES, vocabulary=vocabulary, iris=iris, are_names_kept=True
    )
    heads = list(_heads(text))
    starts = [line for line, _ in heads]

    def signed(statement: Statement) -> Statement:
        above = bisect_right(starts, statement.written.line)
        if statement.evidence is None or not above:
            return statement
        return replace(statement, evidence=replace(statement.evidence, writing=heads[above - 1][1]))

    return replace(document, statements=tuple(map(signed, document.statements)))


def written(triples: Iterable[Triple], writing: Writing) -> str:
    """Return a block of *triples*, signed."""
    by = " ".join(writing.by.split())
    head = f"# written by {by}, request {writing.request or '-'}, at {writing.at.isoformat()}\n"
    return head + (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").decode()


def revised(
    text: str, document: Document, removed: Collection[Triple], added: Collection[Triple], writing: Writing
) -> str:
    """Return *text* without the lines of *removed*, and with a block of *added* at its end.

    Args:
        document: What *text* holds.
    """
    dropped = {statement.written.line for statement in document.statements if statement.triple in removed}
    kept = [line for number, line in _lines(text) if number not in dropped]
    left = "".join(_without_empty_blocks(kept))
    return left + (written(added, writing) if added or not left else "")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of *text*, each with its number and its end."""
    # str.splitlines would also break at U+2028 and others, which N-Triples keeps as they are.
    return enumerate(StringIO(text, newline="\n"), 1)


def _heads(text: str) -> Iterator[tuple[int, Writing]]:
    for number, line in _lines(text):
        found = HEAD.fullmatch(line.removesuffix("\n"))
        if found:
            yield number, Writing(found[1], found[2], datetime.fromisoformat(found[3]))


def _without_empty_blocks(lines: list[str]) -> Iterator[str]:
    for line, following in zip(lines, [*lines[1:], "#"], strict=True):
        if not (line.startswith("#") and following.startswith("#")):
            yield line
