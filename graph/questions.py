"""The questions that come with a folder of documents: in words, in SPARQL, with the answer they had.  Reads a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from graph.errors import QuestionsError
from graph.vocabulary import Texts

FILE: Final = "questions.yaml"
MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Example:
    """A question to begin with.

    Attributes:
        question: The question in each language.
        sparql: The query that asks it.
        rest: The path that asks it over REST; empty where none does.
        answer: The rows of the answer when it was written down.
    """

    id: str
    question: Texts
    sparql: str
    rest: str
    answer: tuple[tuple[str, ...], ...]


def read_questions(folder: Path) -> tuple[Example, ...]:
    """Return the questions of *folder*, in their order; none where it has no file of them.

    Raises:
        QuestionsError: The file cannot be read, or an entry of it lacks something.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    entries = _parsed(path)
    if not isinstance(entries, list):
        raise QuestionsError("it is no list of questions")
    return tuple(_example(entry, place) for place, entry in enumerate(entries, 1))


def _parsed(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise QuestionsError(f"it has more than {MOST_BYTES} bytes")
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise QuestionsError(str(error).replace(str(path), FILE)) from error


def _example(entry: Any, place: int) -> Example:
    texts = entry.get("question") if isinstance(entry, Mapping) else None
    if not isinstance(texts, Mapping) or not texts or not isinstance(entry.get("sparql"), str):
        raise QuestionsError(f"number {place} lacks its question or its sparql")
    rows, rest = entry.get("answer") or (), entry.get("rest") or {}
    if not isinstance(rows, list | tuple) or not all(isinstance(row, list) for row in rows):
        raise QuestionsError(f"the answer of number {place} is no list of rows")
    return Example(
        id=str(entry.get("id", place)),
        question={str(language): str(text) for language, text in texts.items()},
        sparql=entry["sparql"],
        rest=str(rest.get("get", "")) if isinstance(rest, Mapping) else "",
        answer=tuple(tuple(str(value) for value in row) for row in rows),
    )
