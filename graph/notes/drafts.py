"""Blocks while a note is read: those that are there so far, and what is open around the next one."""

from dataclasses import dataclass, field

from graph.notes.note import Kind
from graph.notes.prose import Passage


@dataclass(slots=True)
class Draft:
    """A block to be."""

    kind: Kind
    passage: Passage
    line: int
    end_line: int
    parent: int
    section: int


@dataclass(slots=True)
class Frame:
    """A list, an item, a quote or the note itself, while what is in it is read.

    Attributes:
        block: The number of the block that governs what is in it.
        before: The number of the last paragraph in it, if a list may follow at once; -1 for none.
        last_item: The number of the last item of the list that ended just before; -1 where something else did.
        governors: What governs the lists that stand here in a row, by their marks.
        is_empty_item: Whether it is an item whose text is still to come.
    """

    kind: str
    block: int
    mark: str = ""
    before: int = -1
    last_item: int = -1
    governors: dict[str, int] = field(default_factory=dict)
    is_empty_item: bool = False

    def follow(self, block: int = -1) -> None:
        """Take note that something stands here which is no list: the paragraph *block*, if it is one."""
        self.before, self.last_item = block, -1
        self.governors.clear()

    def back_to(self, mark: str) -> int:
        """Return what governs a list that goes on after others, which it ends."""
        while next(reversed(self.governors)) != mark:
            self.governors.popitem()
        return self.governors[mark]
