"""What every node of an atlas is called and said to be, as files: for whoever goes through all of them.

references, names       what stands for each node in addresses, and what it is called
portraits               labels, descriptions, other spellings and attributes of each, as JSON
records_of.npy          where the records of each begin: the number of its IRI among the texts of the records

All lie in the order of the nodes.  Touches files.
"""

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
from graph.atlas import NOTHING, Atlas, attribute_column
from graph.engine.embedded import Reader
from graph.iris import Iris
from graph.texts_file import NONE, TextsFile, files_of, write_in_order
from graph.vocabulary import Vocabulary

REFERENCES: Final = "references"
NAMES: Final = "names"
PORTRAITS: Final = "portraits"
RECORDS_OF: Final = "records_of.npy"
FILES: Final = (*files_of(REFERENCES), *files_of(NAMES), *files_of(PORTRAITS), RECORDS_OF)
# In a portrait: the key, and the predicate of what is said in several languages.
IN_LANGUAGES: Final = (("labels", terms.LABEL), ("descriptions", terms.DESCRIPTION))
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
        self.references = TextsFile(folder, REFERENCES)
        self.names = TextsFile(folder, NAMES)
        self.records_of: NDArray[np.int32] = mapped(folder / RECORDS_OF)
        self._portraits = TextsFile(folder, PORTRAITS)

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
        references = {self.iris.reference(iri) for iri in touched}
        said: dict[str, Portrait] = defaultdict(dict)
        for reference in references:
            quads = self.reader.quads(self.iris.resolve(reference), None, None, self.iris.graph("all"))
            _gather(quads, said, self.iris)
        self._add_attributes(said, references)

        def encoded() -> Iterator[bytes]:
            for reference in self.atlas.references:
                if reference in references or reference not in numbers:
                    yield orjson.dumps(said[reference]) if reference in said else b""
                else:
                    yield before.encoded(numbers[reference])

        self._write(encoded(), folder)

    def _write(self, portraits: Iterable[bytes], folder: Path) -> None:
        write_in_order((reference.encode() for reference in self.atlas.references), folder, REFERENCES)
        write_in_order((name.encode() for name in self.atlas.names), folder, NAMES)
        write_in_order(portraits, folder, PORTRAITS)

    def _add_attributes(self, said: dict[str, Portrait], only: set[str] | None) -> None:
        """Add the values of attributes; *only* those of some nodes, by their references."""
        atlas = self.atlas
        wanted = None if only is None else {atlas.number(reference) for reference in only} - {NOTHING}
        for key in self.vocabulary.attributes:
            column = atlas.columns[attribute_column(key)]
            for node, value in zip(column.node.tolist(), column.value.tolist(), strict=True):
                if wanted is None or node in wanted:
                    values = said[atlas.references[node]].setdefault(ATTRIBUTES, {}).setdefault(key, [])
                    values.append(column.values[value])


def write_records_of(numbers: NDArray[np.int32], folder: Path) -> None:
    """Write where the records of each node begin."""
    np.save(folder / RECORDS_OF, numbers, allow_pickle=False)


def find_records_of(references: Sequence[str], texts: TextsFile, iris: Iris) -> NDArray[np.int32]:
    """Return for each node the number of its IRI among *texts*, `NONE` where no record speaks of it."""
    numbers = {texts.text(number): number for number in texts.starting_with(iris.base)}
    found = (numbers.get(iris.resolve(reference).value, NONE) for reference in references)
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
