"""The text of a block as one reads it, and the links in it, put together piece by piece."""

from dataclasses import dataclass, field, replace

from graph.notes.note import Mark, Position, Prose, Run, Stretch
from graph.notes.places import Places


@dataclass(frozen=True, slots=True)
class Target:
    """What a part of a text leads to; *address* as it is typed, *is_bare* if that is its text and lacks a scheme."""

    start: int
    end: int
    position: Position
    address: str
    is_image: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of a block with its links, before it has a number.

    Attributes:
        breaks: The offsets of the spaces that join its lines.
        hard: Those of them where the author wants a new line.
        anchors: The names that HTML in it gives to places.
    """

    prose: Prose
    targets: tuple[Target, ...] = ()
    breaks: tuple[int, ...] = ()
    hard: frozenset[int] = frozenset()
    anchors: tuple[str, ...] = ()

    def part(self, start: int, end: int) -> "Passage":
        """Return what stands from offset *start* up to *end*."""
        prose = self.prose
        position = prose.position(start)
        runs = [replace(run, start=run.start - start) for run in prose.runs if start < run.start < end]
        stretches = (
            replace(one, start=max(one.start - start, 0), end=min(one.end, end) - start)
            for one in prose.stretches
            if one.start < end and one.end > start
        )
        targets = (
            replace(one, start=max(one.start - start, 0), end=min(one.end, end) - start)
            for one in self.targets
            if start <= one.start < end or (end == len(prose.value) and one.start == end)
        )
        return Passage(
            Prose(prose.value[start:end], (Run(0, position.line, position.column), *runs), tuple(stretches)),
            tuple(targets),
            tuple(offset - start for offset in self.breaks if start <= offset < end),
            frozenset(offset - start for offset in self.hard if start <= offset < end),
            self.anchors,
        )


@dataclass(slots=True)
class Writing:
    """A passage while it is put together."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    runs: list[Run] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)
    hard: set[int] = field(default_factory=set)
    anchors: list[str] = field(default_factory=list)

    def add(self, text: str, line: int, column: int) -> None:
        """Add *text*, whose first character stands at that place, and the others behind it."""
        if not text:
            return
        last = self.runs[-1] if self.runs else None
        if last is None or (last.line, last.column + self.length - last.start) != (line, column):
            self.runs.append(Run(self.length, line, column))
        self.parts.append(text)
        self.length += len(text)

    def copy(self, text: str, at: int, places: Places) -> None:
        """Add *text*, which stands at offset *at* in what *places* tells of."""
        for start, end, line, column in places.pieces(at, at + len(text)):
            self.add(text[start - at : end - at], line, column)

    def decoded(self, text: str, at: int, places: Places) -> None:
        """Add *text*, all of which is written as one sign that begins at offset *at*."""
        for letter in text:
            for _, _, line, column in places.pieces(at, at + 1):
                self.runs.append(Run(self.length, line, column))
                self.parts.append(letter)
                self.length += 1

    def append(self, passage: Passage) -> None:
        """Add a whole passage."""
        prose, start = passage.prose, self.length
        if prose.value:
            self.runs += (replace(run, start=run.start + start) for run in prose.runs)
            self.parts.append(prose.value)
            self.length += len(prose.value)
        self.stretches += (replace(one, start=one.start + start, end=one.end + start) for one in prose.stretches)
        self.targets += (replace(one, start=one.start + start, end=one.end + start) for one in passage.targets)
        self.anchors += passage.anchors

    def space(self, line: int, column: int) -> None:
        """Add the space that joins two lines, or two parts that tags set apart."""
        if self.length and not self.ends_with_space:
            self.runs.append(Run(self.length, line, column))
            self.parts.append(" ")
            self.length += 1

    @property
    def ends_with_space(self) -> bool:
        """Whether the last character is white."""
        return bool(self.parts) and self.parts[-1][-1:].isspace()

    def mark(self, start: int, mark: Mark) -> None:
        """Set off everything from *start* on."""
        if self.length > start:
            self.stretches.append(Stretch(start, self.length, mark))

    def passage(self, position: Position) -> Passage:
        """Return what was put together; *position* is where a text without characters stands."""
        runs = tuple(self.runs) or (Run(0, position.line, position.column),)
        stretches = tuple(sorted(self.stretches, key=lambda one: (one.start, -one.end)))
        prose = Prose("".join(self.parts), runs, stretches)
        targets = tuple(sorted(self.targets, key=lambda one: (one.start, -one.end)))
        return Passage(prose, targets, tuple(self.breaks), frozenset(self.hard), tuple(self.anchors))
