"""Markdown → document: a note by itself, with its sections and links; what its front matter states, if it states."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import yaml as yaml_syntax

from graph.characters import CONTROL
from graph.documents import Document, Origin, Place, Problem, Section, Severity, Statement
from graph.iris import Iris
from graph.notes.lines import lines_of
from graph.notes.note import Note, Oddity
from graph.notes.outline import without_signs
from graph.notes.reading import read_note
from graph.notes.remarks import MOST_REMARKS
from graph.sources import yaml
from graph.sources.filing import filed
from graph.sources.resources import state_links
from graph.sources.yaml_nodes import LOADER, is_language_tag
from graph.vocabulary import Vocabulary

NOTHING: Final = "{}"
# What the front matter of any note may say of itself.
TITLES: Final = ("title", "name")
LANGUAGES: Final = ("lang", "language")
# What each oddity is called for its author, and what would be right.
MESSAGES: Final[Mapping[Oddity, tuple[str, str]]] = {
    Oddity.REFERENCE: ("“{words}” is a link whose label has no address.", "Add a line “[label]: https://…”."),
    Oddity.ANCHOR: ("“{words}” leads to no heading of this note.", "Write the anchor of the heading that is meant."),
    Oddity.ADDRESS: ("“{words}” is a link where an address should stand.", "Write the address alone."),
    Oddity.NESTING: (
        "what stands here is nested too deep to be read as lists or quotes; it was read as plain text.",
        "Nest lists less deep.",
    ),
    Oddity.BRACKETS: (
        "so many brackets in this block are never closed that links in the rest of it were not looked for.",
        "Close the brackets, or write “\\[”.",
    ),
}


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return what a Markdown file states by itself; never raises for bad text.

    Its name, language, headings and links are stated.
    A front matter with the keys of a YAML document is read as one, with lines that count from the file's top.
    """
    note = read_note(text)
    front, problem = _front(note, origin)
    head = f"\n{note.front}" if _is_document(front) else NOTHING
    document = yaml.parse(head, origin, vocabulary=vocabulary, iris=iris, body=_body(note, front, origin))
    links = list(state_links(note.links, iris.document(origin.slug), origin.path, vocabulary=vocabulary, iris=iris))
    added: list[Statement] = [*links, *filed(links, document.sections, origin.slug, iris)]
    problems = [*problem, *_characters(text, origin), *_oddities(note, origin), *document.problems]
    return replace(document, statements=(*document.statements, *added), problems=tuple(problems))


def _is_document(front: Mapping[str, Any]) -> bool:
    return bool({"document", "entities"} & front.keys())


def _front(note: Note, origin: Origin) -> tuple[Mapping[str, Any], list[Problem]]:
    """Return the keys of the front matter with plain values, and what is wrong with it."""
    if not note.front:
        return {}, []
    try:
        root = yaml_syntax.compose(f"\n{note.front}", LOADER)
    except (yaml_syntax.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(origin.path, mark.line + 1 if mark else 2, mark.column + 1 if mark else 0)
        message = "the front matter is not YAML; it was passed over."
        fix = "Write “key: value” lines, a text that holds “: ” between quotes."
        return {}, [Problem(Severity.WARNING, place, "front-matter", message, entry="front matter", fix=fix)]
    pairs = root.value if isinstance(root, yaml_syntax.MappingNode) else []
    return {str(key.value): value.value for key, value in pairs if isinstance(key, yaml_syntax.ScalarNode)}, []


def _body(note: Note, front: Mapping[str, Any], origin: Origin) -> yaml.Body:
    return yaml.Body(_name(note, front, origin), note.line_count, _language(note, front), tuple(_sections(note)))


def _name(note: Note, front: Mapping[str, Any], origin: Origin) -> str:
    """Return what the note calls itself: in its front matter, or in its first heading of the highest level."""
    titles = [value for key in TITLES if isinstance(value := front.get(key), str)]
    highest = min((heading.level for heading in note.headings), default=0)
    titles += [heading.title for heading in note.headings if heading.level == highest][:1]
    names = (CONTROL.sub("", without_signs(title)) for title in titles)
    return next((name for name in names if name), origin.slug)


def _language(note: Note, front: Mapping[str, Any]) -> str:
    told = [value for key in LANGUAGES if isinstance(value := front.get(key), str) and is_language_tag(value)]
    return told[0].lower() if told else note.language


def _sections(note: Note) -> Iterator[Section]:
    for heading in note.headings:
        parent = note.headings[heading.meant].slug if heading.meant >= 0 else ""
        yield Section(heading.slug, heading.title, heading.line, heading.level, parent)


def _characters(text: str, origin: Origin) -> Iterator[Problem]:
    found = CONTROL.search(text)
    if found is not None:
        before = lines_of(f"{text[: found.start()]}.")
        place = Place(origin.path, len(before), len(before[-1]))
        count = len(CONTROL.findall(text))
        message = f"the text holds the control character U+{ord(found[0]):04X}, read as U+FFFD; {count} in all."
        yield Problem(Severity.WARNING, place, "note-characters", message, fix="Remove it.")


def _oddities(note: Note, origin: Origin) -> Iterator[Problem]:
    for remark in note.remarks:
        message, fix = MESSAGES[remark.oddity]
        yield Problem(
            Severity.WARNING,
            Place(origin.path, remark.position.line, remark.position.column),
            remark.oddity.value,
            message.format(words=remark.words[:80]),
            fix="" if remark.near else fix,
            suggestions=remark.near,
        )
    counts = Counter(remark.oddity for remark in note.remarks)
    for oddity in (oddity for oddity, count in counts.items() if count >= MOST_REMARKS):
        last = max(remark.position for remark in note.remarks if remark.oddity is oddity)
        message = f"only the first {MOST_REMARKS} verdicts of “{oddity.value}” are told; there may be more below."
        yield Problem(Severity.INFO, Place(origin.path, last.line), "verdicts-omitted", message)
