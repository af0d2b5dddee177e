"""What a note seems to say: statements to be, each with its place, its reason, and how sure one can be."""

from dataclasses import dataclass
from enum import StrEnum

from graph.notes.note import Position


class Saying(StrEnum):
    """What kind of thing is proposed."""

    ENTITY = "entity"
    RELATION = "relation"
    ATTRIBUTE = "attribute"
    OPINION = "opinion"
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is proposed.

    Attributes:
        rule: The key of the rule in the wording, or of the way it was read; stable.
        text: The same in a few English words.
    """

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One statement to be.

    Attributes:
        subject: The slug of the entity it speaks of; empty for the note itself.
        key: The relation, the attribute or the polarity, as documents write it; for an entity its class, empty
            where nothing tells; for a question the relation it asks about, or empty.
        value: The slug of the other end, the value of an attribute, the words of an opinion or a question; for an
            entity its name.
        target: The slug of what a question asks about.
        grade: The mark of an opinion, such as ``++``.
        position: Where the words stand; *end* is just behind their last character.
        words: The words of the note that say it.
        basis: The key of the way it was read: stated, nesting, address or interpretation.
        confidence: From 0 to 1.
    """

    saying: Saying
    subject: str
    key: str
    value: str
    position: Position
    end: Position
    words: str
    basis: str
    confidence: float
    reason: Reason
    target: str = ""
    grade: str = ""
    language: str = ""

    @property
    def line(self) -> int:
        """The line of the note that says it."""
        return self.position.line


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that name an entity.

    Attributes:
        slugs: The entity; several where the words alone do not tell which is meant, none where no name is that near.
        block: The number of the block; *start* and *end* are offsets in its text.
        near: For a misspelling, the names that may have been meant, nearest first.
    """

    slugs: tuple[str, ...]
    block: int
    start: int
    end: int
    position: Position
    words: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in a note, by place."""

    mentions: tuple[Mention, ...]
    proposals: tuple[Proposal, ...]
