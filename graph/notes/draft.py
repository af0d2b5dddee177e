"""What a note seems to say → the text of a YAML document that people read, mend and accept.

Every proposal is a statement with its line, its words, how sure it is and why; none is accepted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph.iris import SLUG
from graph.notes.alignment import fingerprints
from graph.notes.flow import WIDTH, Value, clean, comment, flow, scalar
from graph.notes.note import Heading, Note
from graph.notes.proposals import Mention, Proposal, Reading, Saying

# Below this, a proposal stands apart.
SURE: Final = 0.5
LESS_SURE: Final = "# Less sure:"
STATED: Final = "stated"
ACCEPTANCE: Final = "accepted: {by: Ada, on: 2026-11-25}"
HEAD: Final = """\
# What the note “{file}” seems to say, in its order.  Nothing here is a fact before someone accepts it.
# Right: add  {acceptance}  to the statement, with your name and the day.
# Wrong: mend it, or add  rejected: true , and it is not proposed again.
# What you write stays when the note is read again.
"""
LINES: Final = "# The lines of the note when it was read, by which they are found again when they move:"
REMARKS: Final = "# --- To decide ---"
# Where statements stand below an entity, in their order there; attributes come before.
PARTS: Final = {Saying.RELATION: "relations", Saying.OPINION: "opinions", Saying.QUESTION: "questions"}


@dataclass(frozen=True, slots=True)
class Words:
    """The text of a note beside what was read in it.

    Attributes:
        file: The name of its file.
        text: All of it.
    """

    note: Note
    file: str
    text: str

    def of_line(self, line: int) -> str:
        """Return the text of the block on *line*; empty where there is none."""
        found = (block.prose.value for block in self.note.blocks if block.line <= line <= block.end_line)
        return next(found, "")


def draft(reading: Reading, words: Words) -> str:
    """Return the text of a new draft."""
    own = [one for one in reading.proposals if not one.subject]
    parts = [
        HEAD.format(file=clean(words.file), acceptance=ACCEPTANCE),
        "\n".join(_document(words, own)) + "\n",
        "\n".join(("sections:", *map(section_line, sections(words.note)))) + "\n" if sections(words.note) else "",
        "\n".join(_entities([one for one in reading.proposals if one.subject], words)).rstrip() + "\n",
        "\n".join((REMARKS, *remarks(reading))) + "\n" if remarks(reading) else "",
        "\n".join(line_comments(words.text)) + "\n",
    ]
    return "\n".join(part for part in parts if part)


# --- the head and the sections


def _document(words: Words, own: Sequence[Proposal]) -> Iterator[str]:
    note = words.note
    title = next((clean(one.title) for one in note.headings if clean(one.title)), "") or clean(words.file)
    language = {"language": note.language} if note.language else {}
    yield "document:"
    yield f"  name: {scalar(title)}"
    yield f"  source: {flow({'file': clean(words.file), 'lines': max(note.line_count, 1), **language})}"
    yield from _part("relations", own, words, "  ", shown=0)


def sections(note: Note) -> list[dict[str, Value]]:
    """Return the headings that can be told as sections, in their order."""
    told: dict[str, dict[str, Value]] = {}
    for heading in note.headings:
        title = clean(heading.title)
        if title and SLUG.fullmatch(heading.slug) and heading.slug not in told:
            under = _above(heading, note, told)
            section: dict[str, Value] = {"slug": heading.slug, "title": title, "line": heading.line}
            told[heading.slug] = {**section, "level": heading.level, **({"under": under} if under else {})}
    return list(told.values())


def section_line(section: dict[str, Value]) -> str:
    """Return a section as an item of the list."""
    return f"  - {flow(section)}"


def _above(heading: Heading, note: Note, told: Iterable[str]) -> str:
    """Return the slug of the nearest section above that is told; empty for none."""
    steps = 0
    while heading.meant >= 0 and steps < len(note.headings):
        heading, steps = note.headings[heading.meant], steps + 1
        if heading.slug in told:
            return heading.slug
    return ""


# --- entities


def _entities(proposals: Sequence[Proposal], words: Words) -> Iterator[str]:
    if not proposals:
        yield "entities: {}"
        return
    yield "entities:"
    by_subject: dict[str, list[Proposal]] = defaultdict(list)
    for one in sorted(proposals, key=lambda one: one.position):
        by_subject[one.subject].append(one)
    sure = [slug for slug, some in by_subject.items() if max(one.confidence for one in some) >= SURE]
    last = None
    for slug in sure:
        heading = heading_of(by_subject[slug][0].line, words.note)
        if heading and heading != last:
            yield heading_comment(heading)
            yield ""
        last = heading or last
        yield from entity_lines(slug, by_subject[slug], words)
    unsure = [slug for slug in by_subject if slug not in sure]
    if unsure:
        yield "  # --- Less sure ---"
        yield ""
    for slug in unsure:
        yield from entity_lines(slug, by_subject[slug], words)


def heading_of(line: int, note: Note) -> str:
    """Return the title of the heading above *line*; empty for none."""
    above = [heading for heading in note.headings if heading.line <= line]
    return clean(above[-1].title) if above else ""


def heading_comment(title: str) -> str:
    """Return the comment above the entities of a section."""
    return f"  {comment(f'--- {title} ---')}"


def entity_lines(slug: str, proposals: Sequence[Proposal], words: Words) -> Iterator[str]:
    """Yield the lines of an entity with all that is proposed of it, and an empty one."""
    itself = next((one for one in proposals if one.saying is Saying.ENTITY), None)
    shown = "" if itself is None else _quote(itself, words)
    yield f"  {scalar(slug)}:{f'    {shown}' if shown else ''}"
    if itself is not None:
        yield from _introduction(itself)
    attributes: dict[str, list[Proposal]] = defaultdict(list)
    for one in proposals:
        if one.saying is Saying.ATTRIBUTE:
            attributes[one.key].append(one)
    for key, values in attributes.items():
        yield from attribute_lines(key, values, "    ")
    first = itself.line if itself else 0
    for saying, part in PARTS.items():
        yield from _part(part, [one for one in proposals if one.saying is saying], words, "    ", shown=first)
    yield ""


def entity_value(proposals: Sequence[Proposal]) -> dict[str, Value]:
    """Return an entity with all that is proposed of it as one value."""
    found: dict[str, Value] = {}
    for one in proposals:
        if one.saying is Saying.ENTITY:
            name: Value = {one.language: clean(one.value)} if one.language else clean(one.value)
            kind: dict[str, Value] = {"type": one.key} if one.key else {}
            found = {**kind, "name": name, **_evidence(one, said=clean(one.value)), **found}
        else:
            some = found.setdefault(PARTS.get(one.saying, one.key), [])
            assert isinstance(some, list)
            some.append(statement(one))
    return found


def _introduction(itself: Proposal) -> Iterator[str]:
    yield from (f"    {key}: {flow(value)}" for key, value in entity_value([itself]).items())


def attribute_lines(key: str, values: Sequence[Proposal], indent: str) -> Iterator[str]:
    """Yield the lines of an attribute: one value, or a list."""
    if len(values) == 1:
        yield f"{indent}{key}: {item(values[0], indent=len(indent) + len(key) + 2)}"
        return
    yield f"{indent}{key}:"
    yield from (f"{indent}  - {item(one, indent=len(indent) + 4)}" for one in values)


def _part(name: str, proposals: Sequence[Proposal], words: Words, indent: str, *, shown: int) -> Iterator[str]:
    """Yield a list of statements: those that are less sure behind the others; *shown* is the line just quoted."""
    if not proposals:
        return
    yield f"{indent}{name}:"
    for is_sure in (True, False):
        some = [one for one in proposals if (one.confidence >= SURE) is is_sure]
        if some and not is_sure:
            yield f"{indent}  {LESS_SURE}"
        for one in some:
            yield from item_lines(one, words, f"{indent}  ", is_quoted=one.line == shown)
            shown = one.line


def item_lines(one: Proposal, words: Words, indent: str, *, is_quoted: bool) -> Iterator[str]:
    """Yield a statement as an item of a list, below the line of the note unless that *is_quoted* already."""
    shown = "" if is_quoted else _quote(one, words)
    if shown:
        yield f"{indent}{shown}"
    yield f"{indent}- {item(one, indent=len(indent) + 2)}"


def _quote(one: Proposal, words: Words) -> str:
    """Return the line of the note as a comment, where it says more than the words of the statement; else nothing."""
    shown = clean(words.of_line(one.line))
    return comment(shown) if shown not in ("", clean(one.words), clean(one.value)) else ""


# --- statements


def item(one: Proposal, *, indent: int) -> str:
    """Return a statement that is no entity in flow style, on one line, or two where that would be long.

    Args:
        indent: How many characters stand before it on its line.
    """
    said = statement(one)
    whole = flow(said)
    if indent + len(whole) <= WIDTH:
        return whole
    proposed = said.pop("proposed")
    return f"{flow(said)[:-1]},\n{' ' * (indent + 1)}proposed: {flow(proposed)}}}"


def statement(one: Proposal) -> dict[str, Value]:
    """Return a statement as documents write it."""
    value = clean(one.value)
    language: dict[str, Value] = {"lang": one.language} if one.language else {}
    if one.saying is Saying.OPINION:
        grade: dict[str, Value] = {"grade": one.grade} if one.grade else {}
        return {one.key: value, **language, **grade, **_evidence(one, said=value)}
    if one.saying is Saying.QUESTION:
        asked: Value = {one.language: value} if one.language else value
        would: dict[str, Value] = {"would": {one.key: one.target}} if one.key and one.target else {}
        return {"ask": asked, **would, **_evidence(one, said=value)}
    return {"value" if one.saying is Saying.ATTRIBUTE else one.key: value, **_evidence(one, said="")}


def _evidence(one: Proposal, *, said: str) -> dict[str, Value]:
    """Return where a statement stands and how sure it is; its words unless they are *said* already."""
    found: dict[str, Value] = {"line": one.line}
    if one.basis != STATED:
        found["basis"] = one.basis
    if clean(one.words) not in ("", said):
        found["words"] = clean(one.words)
    why = {"reason": clean(one.reason.text), "rule": clean(one.reason.rule)}
    confidence = round(one.confidence, 2)
    found["proposed"] = {"confidence": confidence, **{key: text for key, text in why.items() if text}}
    return found


# --- what only a person can decide, and the lines


def remarks(reading: Reading) -> list[str]:
    """Return a comment for each mention that leaves open what is meant, saying how to decide."""
    return list(dict.fromkeys(filter(None, map(_remark, reading.mentions))))


def _remark(mention: Mention) -> str:
    words, line = clean(mention.words), mention.position.line
    also = f"also: {flow([words])}"
    if len(mention.slugs) > 1:
        slugs = " or ".join(mention.slugs)
        decide = f"Write the statement at the one that is meant, or give it  {also}  and read the note again."
        return f"# Line {line}, “{words}”: {slugs}?  {decide}"
    if mention.near:
        near = " or ".join(clean(one) for one in mention.near)
        return f"# Line {line}, “{words}”: is {near} meant?  Then give it  {also}  and read the note again."
    return ""


def line_comments(text: str) -> Iterator[str]:
    """Yield the lines of the note as their fingerprints, in comments."""
    yield LINES
    row = "#"
    for one in fingerprints(text):
        if len(row) + 1 + len(one) > WIDTH:
            yield row
            row = "#"
        row = f"{row} {one}"
    yield row
