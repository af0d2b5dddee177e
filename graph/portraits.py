"""What every node of an atlas is called and said to be, as files: for whoever goes through all of them.

references, names       what stands for each node in addresses, and what it is called
portraits               labels, descriptions, other spellings and attributes of each, as JSON
records_of.npy          where the records of each begin: the number of its IRI among the texts of the records

All lie in the order of the nodes.  After a change there are only those of what was touched, and beside them

base                    the path of the folder that has the others
places.npy              for each node where its texts lie: there, or, counted on, in this folder

Touches files.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray
from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.arrays import mapped
from graph.atlas import Atlas, attribute_column
from graph.engine.embedded import Reader
from graph.iris import Iris
from graph.texts_file import NONE, Rearranged, TextsFile, write_in_order
from graph.vocabulary import Vocabulary

REFERENCES: Final = "references"
NAMES: Final = "names"
PORTRAITS: Final = "portraits"
RECORDS_OF: Final = "records_of.npy"
BASE: Final = "base"
PLACES: Final = "places.npy"
# In a portrait: the key, and the predicate of what is said in several languages.
LABELS: Final = "labels"
DESCRIPTIONS: Final = "descriptions"
IN_LANGUAGES: Final = ((LABELS, terms.LABEL), (DESCRIPTIONS, terms.DESCRIPTION))
SPELLINGS: Final = "spellings"
ATTRIBUTES: Final = "attributes"
Portrait = dict[str, Any]


class Portraits:
    """The portraits in a folder."""

    def __init__(self, folder: Path) -> None:
        """Open them.

        Raises:
            OSError, ValueError: They are not there.
        """
        self.references, self.names, self._portraits = _opened(folder)
        self.records_of: NDArray[np.int32] = mapped(folder / RECORDS_OF)

    def __len__(self) -> int:
        return len(self.references)

    def of(self, node: int) -> Portrait:
        """Return the portrait of the node with that number: empty where nothing is said of it."""
        found: Portrait = orjson.loads(self._portraits[node] or b"{}")
        return found

    def encoded(self, node: int) -> bytes:
        """Return the same as it lies in the file."""
        return self._portraits[node]


@dataclass(frozen=True, slots=True)
class Painter:
    """Writes the portraits of the nodes of *atlas* to folders; of their records nothing is known yet."""

    atlas: Atlas
    reader: Reader
    vocabulary: Vocabulary
    iris: Iris

    def write(self, folder: Path) -> None:
        """Read everything from the store."""
        said: dict[str, Portrait] = defaultdict(dict)
        for predicate in (*(term for _, term in IN_LANGUAGES), terms.SPELLING):
            for batch in self.reader.batches(self.iris.graph("all"), predicate):
                _gather(batch, said, self.iris)
        self._add_attributes(said, None)
        self._write((orjson.dumps(said[one]) if one in said else b"" for one in self.atlas.references), folder)
        write_records_of(np.full(self.atlas.node_count, NONE, dtype=np.int32), folder)

    def write_revised(self, base: Atlas, touched: Iterable[str], folder: Path) -> None:
        """Take what *base* has in its folder; only of the IRIs *touched* everything is read again."""
        assert base.folder is not None
        before, numbers = Portraits(base.folder), base.numbers
        said = self._said_of(self._fresh(base, touched))

        def encoded() -> Iterator[bytes]:
            for reference in self.atlas.references:
                yield said[reference] if reference in said else before.encoded(numbers[reference])

        self._write(encoded(), folder)

    def write_touched(self, base: Atlas, touched: Iterable[str], folder: Path) -> None:
        """Write what is new of the IRIs *touched*, and where that and the rest, in the folder of *base*, lie."""
        assert base.folder is not None
        atlas, numbers = self.atlas, base.numbers
        fresh = self._fresh(base, touched)
        said = self._said_of(fresh)
        places = {reference: base.node_count + place for place, reference in enumerate(fresh)}
        found = (places[one] if one in places else numbers[one] for one in atlas.references)
        np.save(folder / PLACES, np.fromiter(found, dtype=np.int32, count=atlas.node_count), allow_pickle=False)
        write_in_order((reference.encode() for reference in fresh), folder, REFERENCES)
        write_in_order((atlas.names[atlas.number(reference)].encode() for reference in fresh), folder, NAMES)
        write_in_order((said[reference] for reference in fresh), folder, PORTRAITS)
        (folder / BASE).write_bytes(os.fsencode(base.folder.resolve()))

    def _fresh(self, base: Atlas, touched: Iterable[str]) -> list[str]:
        """Return the references of nodes that must be read again, and of those that are not in *base*."""
        again, numbers = {self.iris.reference(iri) for iri in touched}, base.numbers
        return [one for one in self.atlas.references if one in again or one not in numbers]

    def _said_of(self, references: Iterable[str]) -> dict[str, bytes]:
        """Return the portraits of these nodes, as the store has them now."""
        said: dict[str, Portrait] = {reference: {} for reference in references}
        for reference in said:
            quads = self.reader.quads(self.iris.resolve(reference), None, None, self.iris.graph("all"))
            _gather(quads, said, self.iris)
        self._add_attributes(said, set(said))
        return {reference: orjson.dumps(portrait) if portrait else b"" for reference, portrait in said.items()}

    def _write(self, portraits: Iterable[bytes], folder: Path) -> None:
        write_in_order((reference.encode() for reference in self.atlas.references), folder, REFERENCES)
        write_in_order((name.encode() for name in self.atlas.names), folder, NAMES)
        write_in_order(portraits, folder, PORTRAITS)

    def _add_attributes(self, said: dict[str, Portrait], only: set[str] | None) -> None:
        """Add the values of attributes; *only* those of some nodes, by their references."""
        atlas = self.atlas
        is_wanted = np.full(atlas.node_count, only is None)
        is_wanted[[atlas.number(reference) for reference in only or ()]] = True
        for key in self.vocabulary.attributes:
            column = atlas.columns[attribute_column(key)]
            wanted = is_wanted[column.node]
            for node, value in zip(column.node[wanted].tolist(), column.value[wanted].tolist(), strict=True):
                values = said[atlas.references[node]].setdefault(ATTRIBUTES, {}).setdefault(key, [])
                values.append(column.values[value])


def _opened(folder: Path) -> Sequence[TextsFile | Rearranged]:
    """Return the references, names and portraits that lie in *folder*, or partly in its base."""
    found = [TextsFile(folder, name) for name in (REFERENCES, NAMES, PORTRAITS)]
    base = folder / BASE
    if not base.exists():
        return found
    before = Path(os.fsdecode(base.read_bytes()))
    places = mapped(folder / PLACES)
    return [
        Rearranged(TextsFile(before, name), own, places)
        for name, own in zip((REFERENCES, NAMES, PORTRAITS), found, strict=True)
    ]


def write_records_of(numbers: NDArray[np.int32], folder: Path) -> None:
    """Write where the records of each node begin."""
    np.save(folder / RECORDS_OF, numbers, allow_pickle=False)


def find_records_of(references: Sequence[str], texts: TextsFile, iris: Iris) -> NDArray[np.int32]:
    """Return for each node the number of its IRI among *texts*, `NONE` where no record speaks of it."""
    numbers = {texts.text(number): number for number in texts.starting_with(iris.base)}
    found = (numbers.get(iris.resolve(reference).value, NONE) for reference in references)
    return np.fromiter(found, dtype=np.int32, count=len(references))


def find_revised_records_of(
    references: Sequence[str], base: Atlas, before: NDArray[np.int32], texts: TextsFile, iris: Iris
) -> NDArray[np.int32]:
    """Return the same where *before* tells it of the nodes of *base*."""
    numbers = base.numbers
    found = (before[numbers[one]] if one in numbers else texts.number(iris.resolve(one).value) for one in references)
    return np.fromiter(found, dtype=np.int32, count=len(references))


def _gather(quads: Iterable[Quad], said: dict[str, Portrait], iris: Iris) -> None:
    for quad in quads:
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
            continue
        for key, predicate in IN_LANGUAGES:
            if quad.predicate == predicate:
                texts = said[iris.reference(quad.subject.value)].setdefault(key, {})
                language, text = quad.object.language or "", quad.object.value
                texts[language] = min(text, texts.get(language, text))
        if quad.predicate == terms.SPELLING:
            said[iris.reference(quad.subject.value)].setdefault(SPELLINGS, []).append(quad.object.value)
