"""Answers kept as bytes, within a budget: those used longest ago go first.  It belongs to one generation."""

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

# What an entry takes besides its texts: the headers, the tag, and its place.
ENTRY_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, with the tag that names them.

    Attributes:
        head: The headers it is sent with, ready to be sent again; empty where they are not the same each time.
        packed, packed_head: The same with gzip; empty as long as nobody has asked for it.
    """

    content: bytes
    etag: str
    links: str = ""
    head: tuple[tuple[bytes, bytes], ...] = ()
    packed: bytes = b""
    packed_head: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def size_bytes(self) -> int:
        """What it takes of a budget."""
        return len(self.content) + len(self.packed)

    @classmethod
    def of(cls, content: bytes, *, links: str = "") -> "Answer":
        """Return the answer with its tag, which is weak: the same content may be sent packed or not."""
        return cls(content, f'W/"{blake2b(content, digest_size=12).hexdigest()}"', links)


@dataclass(slots=True)
class Cache:
    """A cache of at most *budget_bytes*, keys included; with a budget of 0 nothing is kept.

    Attributes:
        held_bytes: What is kept now.
        hits, misses: How often an answer was looked for, and found or not.
    """

    budget_bytes: int
    held_bytes: int = 0
    hits: int = 0
    misses: int = 0
    _answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def find(self, key: str) -> Answer | None:
        """Return what was kept under *key*."""
        answer = self._answers.get(key)
        if answer is None:
            self.misses += 1
        else:
            self.hits += 1
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: str, answer: Answer) -> None:
        """Keep *answer*, if it is not too large a part of the budget."""
        size_bytes = _taken_bytes(key, answer)
        if not self.budget_bytes or size_bytes > self.budget_bytes // 16 or key in self._answers:
            return
        self._answers[key] = answer
        self.held_bytes += size_bytes
        while self.held_bytes > self.budget_bytes:
            self.held_bytes -= _taken_bytes(*self._answers.popitem(last=False))

    def replace(self, key: str, answer: Answer) -> None:
        """Keep *answer* in place of what is kept under *key*."""
        former = self._answers.pop(key, None)
        if former is not None:
            self.held_bytes -= _taken_bytes(key, former)
            self.keep(key, answer)


def _taken_bytes(key: str, answer: Answer) -> int:
    return len(key) + answer.size_bytes + ENTRY_BYTES
