"""A note, what is known, and the draft that there may be already → the draft as it should be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from graph.collections import parse_bytes
from graph.documents import Document, Origin, Problem, Severity
from graph.errors import ImportRefusedError
from graph.iris import Iris
from graph.notes import draft
from graph.notes.draft import Words
from graph.notes.entries import compose, described, fields
from graph.notes.extraction import read_proposals
from graph.notes.known import called_in, names_of
from graph.notes.proposals import Reading
from graph.notes.reading import read_note
from graph.notes.relations import Ends
from graph.notes.review import Review, review
from graph.notes.wording import Wording
from graph.vocabulary import Vocabulary

# A draft is several times as long as its note, and no document in YAML may be longer than 8 MiB.
MOST_NOTE_BYTES: Final = 2 << 20
MOST_DRAFT_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads notes with what is known.

    Attributes:
        documents: Those whose entities are known by name.
        min_confidence: Proposals below are left out.
    """

    vocabulary: Vocabulary
    iris: Iris
    wording: Wording
    documents: tuple[Document, ...]
    min_confidence: float = 0.0

    def read(self, note: str, file: str, *, before: str = "", path: str) -> tuple[Reading, Review]:
        """Return what is read in a note, and its draft.

        Args:
            file: The name of the note's file.
            before: The draft that there is; empty for none.
            path: Where the draft is, as its author knows it.

        Raises:
            ImportRefusedError: The draft is not good, or is none of this note.
        """
        existing = self._existing(before, file, path) if before.strip() else None
        documents: Iterable[Document] = self.documents
        if existing is not None:
            documents = (*(one for one in documents if one.origin.path != path), existing)
        words = Words(read_note(note), file, note)
        names = names_of(documents, self.vocabulary, self.wording, self.iris)
        if existing is not None:
            names = names.called(called_in(existing, self.iris))
        reading = read_proposals(words.note, names, self.wording, Ends.of(self.vocabulary))
        sure = tuple(one for one in reading.proposals if one.confidence >= self.min_confidence)
        reading = replace(reading, proposals=sure)
        if existing is None:
            return reading, Review(self._checked(draft.draft(reading, words), path), sure)
        found = review(before, reading, words, self.vocabulary)
        return reading, replace(found, text=self._checked(found.text, path))

    def _existing(self, text: str, file: str, path: str) -> Document:
        """Return the draft that there is, if it can be brought up to the note."""
        document = self._parse(text, path)
        wrong = _violations(document)
        if wrong:
            raise ImportRefusedError(path, "is not good; mend it first, nothing has changed", wrong)
        root = compose(text)
        source = described(fields(fields(fields(root).get("document")).get("source")).get("file"))
        if not source:
            reason = f"reads no note; if it is a reading of {file}, say so: document: {{source: {{file: {file}}}}}"
            raise ImportRefusedError(path, reason)
        if PurePath(source).name != PurePath(file).name:
            raise ImportRefusedError(path, f"is the reading of another note, {source}; name another file with --output")
        return document

    def _checked(self, text: str, path: str) -> str:
        """Return *text* if it is a good document."""
        if len(text.encode()) > MOST_DRAFT_BYTES:
            reason = "would be larger than 8 MiB; split the note, or leave out what is less sure with --min-confidence"
            raise ImportRefusedError(path, reason)
        wrong = _violations(self._parse(text, path))
        if wrong:
            raise ImportRefusedError(path, "cannot be brought up to the note; nothing has changed", wrong)
        return text

    def _parse(self, text: str, path: str) -> Document:
        name = PurePath(path)
        origin = Origin("draft", name.parent.name, path, "")
        return parse_bytes(text.encode(), origin, ".yaml", vocabulary=self.vocabulary, iris=self.iris)


def _violations(document: Document) -> tuple[Problem, ...]:
    return tuple(one for one in document.problems if one.severity is Severity.VIOLATION)
