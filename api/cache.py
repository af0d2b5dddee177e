"""Answers kept as bytes, within a budget: those used longest ago go first.  It belongs to one generation."""

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, with the tag that names them.

    Attributes:
        headers: Those that it is sent with, where they are not the same for all.
    """

    content: bytes
    etag: str
    links: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, content: bytes, *, links: str = "") -> "Answer":
        """Return the answer with its tag, which is weak: the same content may be sent packed or not."""
        return cls(content, f'W/"{blake2b(content, digest_size=12).hexdigest()}"', links)


@dataclass(slots=True)
class Cache:
    """A cache of at most *budget_bytes*."""

    budget_bytes: int
    _answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    _held_bytes: int = 0

    def find(self, key: str) -> Answer | None:
        """Return what was kept under *key*."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: str, answer: Answer) -> None:
        """Keep *answer*, if it is not too large a part of the budget."""
        if len(answer.content) > self.budget_bytes // 16 or key in self._answers:
            return
        self._answers[key] = answer
        self._held_bytes += len(answer.content)
        while self._held_bytes > self.budget_bytes:
            _, oldest = self._answers.popitem(last=False)
            self._held_bytes -= len(oldest.content)
