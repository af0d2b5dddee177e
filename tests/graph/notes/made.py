"""Notes whose lines say plainly what is to be read in them, for tests of what becomes of proposals.

``# Title`` is a heading; ``kops uses etcd`` a relation; ``kops is ClusterInstaller`` an entity; ``kops + handy`` and
``kops - slow`` opinions; ``kops ? GPU`` a question; ``kops at https://…`` a homepage; ``maybe`` at the end makes one
less sure.  Other lines say nothing.
"""

from collections.abc import Iterator

from graph.iris import slugified
from graph.notes.alignment import split
from graph.notes.draft import Words
from graph.notes.note import Block, Heading, Kind, Note, Position, Prose, Run
from graph.notes.proposals import Proposal, Reading, Reason, Saying

SAYINGS = {
    "is": (Saying.ENTITY, ""),
    "+": (Saying.OPINION, "pro"),
    "-": (Saying.OPINION, "con"),
    "?": (Saying.QUESTION, ""),
    "at": (Saying.ATTRIBUTE, "homepage"),
}


def note(text: str) -> Note:
    """Return *text* as a note: each line that is not empty is a block."""
    blocks: list[Block] = []
    headings: list[Heading] = []
    for number, line in enumerate(split(text), start=1):
        if not line.strip():
            continue
        is_heading = line.startswith("# ")
        if is_heading:
            title = line[2:].strip()
            slug = f"{slugified(title)}-{len(headings)}"
            headings.append(Heading(len(blocks), slug, title, number, 1))
        kind = Kind.HEADING if is_heading else Kind.ITEM
        prose = Prose(line.strip("# "), (Run(0, number, 1),))
        blocks.append(Block(len(blocks), kind, prose, number, number, section=len(headings) - 1))
    return Note(len(split(text)), tuple(blocks), tuple(headings), (), language="en")


def words(text: str) -> Words:
    """Return the note with its text."""
    return Words(note(text), "made.md", text)


def reading(text: str) -> Reading:
    """Return what the lines of *text* say."""
    return Reading((), tuple(_proposals(text)))


def _proposals(text: str) -> Iterator[Proposal]:
    for number, line in enumerate(split(text), start=1):
        parts = line.split(maxsplit=2)
        if len(parts) < 3 or line.startswith("#"):
            continue
        subject, verb, said = parts
        said = said.removesuffix(" maybe")
        saying, key = SAYINGS.get(verb, (Saying.RELATION, verb))
        key, value = (said, subject.title()) if saying is Saying.ENTITY else (key, said)
        yield proposal(saying, subject, key, value, line=number, words=line.strip())


def proposal(saying: Saying, subject: str, key: str, value: str, *, line: int = 1, words: str = "") -> Proposal:
    """Return a proposal that the line says."""
    return Proposal(
        saying=saying,
        subject=subject,
        key=key,
        value=value,
        position=Position(line, 1),
        end=Position(line, 1 + len(words)),
        words=words,
        basis="stated",
        confidence=0.3 if "maybe" in words else 0.8,
        reason=Reason(f"made-{saying}", "the line says so"),
    )
