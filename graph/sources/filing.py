"""In which section of its text a document speaks of what."""

from bisect import bisect_right
from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from graph import terms
from graph.documents import Evidence, Section, Statement
from graph.iris import Iris


def filed(statements: Iterable[Statement], sections: Iterable[Section], slug: str, iris: Iris) -> list[Statement]:
    """Return in which section each entity is mentioned, once for each section, at its first line there.

    Args:
        slug: That of the document.
    """
    ordered = sorted(sections, key=lambda section: section.line)
    lines = [section.line for section in ordered]
    document = iris.document(slug)
    first: dict[tuple[NamedNode, str], tuple[int, Statement, Evidence]] = {}
    for statement in statements:
        subject, evidence = statement.triple.subject, statement.evidence
        if evidence is None or subject == document or not isinstance(subject, NamedNode):
            continue
        for line in evidence.lines:
            number = bisect_right(lines, line) - 1
            if number >= 0:
                first.setdefault((subject, ordered[number].slug), (line, statement, evidence))
    return [
        Statement(
            Triple(subject, terms.IN_SECTION, iris.section(slug, section)),
            statement.written,
            "line",
            Evidence((line,), terms.NESTING, acceptance=evidence.acceptance),
        )
        for (subject, section), (line, statement, evidence) in first.items()
    ]
