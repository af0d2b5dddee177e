"""What is derived of a generation for quick answers, as files beside its store.  Touches files.

derived/base…            made when everything was published anew; later generations share these files
derived/touched.json     the IRIs of what has changed since; it is read again from the store

So a change costs what it changes, and everything can be made anew from the store at any time.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

import numpy as np
import orjson

from graph import terms, texts_file
from graph.arrays import mapped
from graph.atlas import KINDS, NOTHING, TYPE, Atlas
from graph.catalogue import Description
from graph.columns import Mask
from graph.engine.embedded import Reader
from graph.errors import StateFolderError, UnderivedError
from graph.iris import Iris
from graph.portraits import (
    DESCRIPTIONS,
    LABELS,
    RECORDS_OF,
    SPELLINGS,
    Painter,
    Portraits,
    find_records_of,
    find_revised_records_of,
    write_records_of,
)
from graph.records import BY_EDGE, BY_OBJECT, EDGES, ROWS, Facts, Records, write_records
from graph.search import Search
from graph.search_entries import entries_of, list_entries
from graph.search_index import IN_MEMORY, SearchIndex, write
from graph.survey import revised, survey
from graph.vocabulary import Vocabulary, local_name

DERIVED: Final = "derived"
TOUCHED: Final = "touched.json"
TEXTS: Final = "texts.sqlite"
CHANGED: Final = "changed.json"
UNDERIVED: Final = "underived.json"
OTHERS: Final = frozenset(map(local_name, (terms.DOCUMENT.value, terms.SECTION.value)))
TEMPORARY: Final = "tmp"
ARRAYS: Final = "arrays-"
HELD: Final = "held"
RECORDS: Final = (ROWS, EDGES, BY_OBJECT, BY_EDGE, *texts_file.files_of(texts_file.TEXTS))
# The base is made anew when more than this part of the nodes, and more than that many, were touched since.
PART_TOUCHED: Final = 0.05
FEW_TOUCHED: Final = 500


@dataclass(frozen=True, slots=True)
class Touched:
    """What has changed since the base was made of *node_count* nodes.

    Attributes:
        iris: Of what something else is said.
        restated: What other records speak of, since the records were written.
        sizes: How many bytes each of the files has.
    """

    node_count: int
    iris: tuple[str, ...] = ()
    restated: tuple[str, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def are_many(self) -> bool:
        """Whether the base should be made anew."""
        return len(self.iris) > max(FEW_TOUCHED, PART_TOUCHED * self.node_count)


@dataclass(frozen=True, slots=True)
class Ground:
    """What things are derived from: the triples of a generation to be, and what their terms mean."""

    reader: Reader
    vocabulary: Vocabulary
    iris: Iris


@dataclass(slots=True)
class Arrays:
    """The edges of an atlas as files in a folder of its own, which a file in it says is needed.

    Attributes:
        removal: Removes them when it is closed.
        has_portraits: Whether the portraits of its nodes are there, too.
    """

    folder: Path
    removal: ExitStack
    has_portraits: bool = False


@dataclass
class Derived:
    """The derived values of one generation, each made when it is first asked for."""

    folder: Path
    reader: Reader
    vocabulary: Vocabulary
    iris: Iris
    _making: Lock = field(default_factory=Lock)
    _atlas: Atlas | None = None
    _search: Search | None = None
    _records: Records | None = None
    _portraits: Portraits | None = None
    _arrays: Arrays | None = None

    @cached_property
    def touched(self) -> Touched | None:
        """What has changed since the base was made; ``None`` where there is no base."""
        return _read_touched(self.folder / DERIVED)

    @property
    def is_open(self) -> bool:
        """Whether the atlas is at hand."""
        return self._atlas is not None

    @property
    def atlas(self) -> Atlas:
        """The atlas of the generation."""
        if self._atlas is None:
            with self._making:
                if self._atlas is None:
                    self._atlas = _open_atlas(self)
        return self._atlas

    @property
    def search(self) -> Search:
        """The texts of the generation, to be searched."""
        atlas = self.atlas
        with self._making:
            if self._search is None:
                self._search = _open_search(self, atlas)
            return self._search

    def near(self, slug: str) -> tuple[str, ...]:
        """Return the references of what *slug* may have been meant to be, the nearest first."""
        return self.search.near(slug)

    def introduction_of(self, reference: str) -> tuple[str, str] | None:
        """Return the name and the class of what *reference* stands for; ``None`` where only the store knows them."""
        if self._atlas is None:  # opening it takes longer than asking the store
            return None
        node = self._atlas.number(reference)
        kind = self._atlas.kind(node) if node != NOTHING else ""
        return (self._atlas.names[node], kind) if kind else None

    def description_of(self, reference: str) -> Description | None:
        """Return what is said of what *reference* stands for.

        Nothing where only the store knows: after a change, until the base is made anew.
        """
        if self._atlas is None or self.touched is None or self.touched.iris:
            return None
        node = self._atlas.number(reference)
        if node == NOTHING:
            return None
        if self._portraits is None:
            self._portraits = Portraits(self.folder / DERIVED)
        said = self._portraits.of(node)
        return Description(
            types=tuple(self._atlas.columns[TYPE].of_node(node)),
            labels=said.get(LABELS, {}),
            descriptions=said.get(DESCRIPTIONS, {}),
            spellings=tuple(said.get(SPELLINGS, ())),
        )

    def records_of(self, iri: str) -> list[tuple[str, Facts]] | None:
        """Return the records that speak of *iri*; ``None`` where only the store knows them."""
        if self.touched is None or iri in self._restated:
            return None
        if self._records is None:
            self._records = Records(self.folder / DERIVED)
        return self._records.of(iri)

    def records_of_edge(self, edge: str) -> list[Facts] | None:
        """Return the records of the edge with that id; ``None`` where only the store knows them, or none is stated."""
        if self.touched is None:
            return None
        if self._records is None:
            self._records = Records(self.folder / DERIVED)
        found = self._records.of_edge(edge)
        ends = {facts.get(end, "") for facts in found for end in (terms.SUBJECT.value, terms.OBJECT.value)}
        return None if not found or ends & self._restated else found

    @cached_property
    def _restated(self) -> frozenset[str]:
        return frozenset(self.touched.restated if self.touched else ())

    @property
    def arrays(self) -> Path:
        """The folder with the edges of the atlas as files, for other processes.

        Raises:
            StateFolderError: They cannot be written.
        """
        atlas = self.atlas
        if atlas.folder is not None:
            return atlas.folder
        with self._making:
            if self._arrays is None:
                self._arrays = _write_arrays(atlas, self.folder.parent.parent / TEMPORARY)
            return self._arrays.folder

    @property
    def portraits(self) -> Path:
        """The same folder, where the portraits of the nodes are, too.

        Raises:
            StateFolderError: They cannot be written.
        """
        folder = self.arrays
        with self._making:
            if self._arrays is not None and not self._arrays.has_portraits:
                _write_all_portraits(self, folder)
                self._arrays.has_portraits = True
        return folder

    @property
    def records_folder(self) -> Path | None:
        """The folder of the records; ``None`` where only the store knows them."""
        return self.folder / DERIVED if self.touched is not None else None

    @cached_property
    def are_restated(self) -> Mask:
        """The nodes whose records only the store knows."""
        mask = np.zeros(self.atlas.node_count, dtype=bool)
        numbers = (self.atlas.number(self.iris.reference(iri)) for iri in self._restated)
        mask[[number for number in numbers if number != NOTHING]] = True
        return mask

    def close(self) -> None:
        """Remove the files that were written for other processes; whoever needs them again has them written again."""
        with self._making:
            if self._arrays is not None:
                self._arrays.removal.close()
                self._arrays = None


def make(folder: Path, ground: Ground) -> None:
    """Make the base for the generation to be in *folder*."""
    reader, vocabulary, iris = ground.reader, ground.vocabulary, ground.iris
    atlas = survey(reader, vocabulary, iris)
    _save(atlas, folder / DERIVED, reader, iris)
    Painter(atlas, reader, vocabulary, iris).write(folder / DERIVED)
    write_records(reader, iris, folder / DERIVED)
    _write_places(atlas, folder / DERIVED, iris)
    _write_touched(folder / DERIVED, Touched(atlas.node_count))


def continue_from(earlier: Path, folder: Path, touched: Touched, ground: Ground) -> None:
    """Let the generation to be in *folder* share the base of *earlier*, from which it differs in what was *touched*."""
    before = _read_touched(earlier / DERIVED)
    if before is None:
        make(folder, ground)
        return
    restated = tuple(sorted({*before.restated, *touched.restated, *touched.iris}))
    now = Touched(before.node_count, tuple(sorted({*before.iris, *touched.iris})), restated)
    if now.are_many:
        reader, vocabulary, iris = ground.reader, ground.vocabulary, ground.iris
        base = Atlas.load(earlier / DERIVED)
        atlas = revised(base, now.iris, reader, vocabulary, iris)
        _save(atlas, folder / DERIVED, reader, iris)
        Painter(atlas, reader, vocabulary, iris).write_revised(base, now.iris, folder / DERIVED)
        for name in RECORDS:
            os.link(earlier / DERIVED / name, folder / DERIVED / name)
        _write_places(atlas, folder / DERIVED, iris)
        _write_touched(folder / DERIVED, Touched(atlas.node_count, restated=restated))
        return
    share(earlier, folder)
    (folder / DERIVED / TOUCHED).unlink()
    _write_touched(folder / DERIVED, now)


def write_changed(folder: Path, touched: Touched) -> None:
    """Note in *folder* of what something else is said in the generation to be, for other copies of the service."""
    told = {"iris": sorted(touched.iris), "restated": sorted(touched.restated)}
    (folder / CHANGED).write_bytes(orjson.dumps(told))


def refuse(folder: Path, count: int, most: int) -> None:
    """Note in *folder* that nothing is derived for the generation to be, because it has too many triples."""
    (folder / UNDERIVED).write_bytes(orjson.dumps({"count": count, "most": most}))


def share(earlier: Path, folder: Path) -> None:
    """Let the generation to be in *folder*, which has the same content as *earlier*, have the same files."""
    if (earlier / DERIVED).is_dir():
        (folder / DERIVED).mkdir()
        for file in (earlier / DERIVED).iterdir():
            os.link(file, folder / DERIVED / file.name)


def _save(atlas: Atlas, folder: Path, reader: Reader, iris: Iris) -> None:
    folder.mkdir()
    atlas.save(folder)
    write(str(folder / TEXTS), list_entries(atlas, reader, iris)).close()


def _open_atlas(derived: Derived) -> Atlas:
    touched = derived.touched
    if (derived.folder / UNDERIVED).is_file():
        raise UnderivedError(**orjson.loads((derived.folder / UNDERIVED).read_bytes()))
    if touched is None:
        return survey(derived.reader, derived.vocabulary, derived.iris)
    base = Atlas.load(derived.folder / DERIVED)
    if not touched.iris:
        return base
    return revised(base, touched.iris, derived.reader, derived.vocabulary, derived.iris)


def _write_arrays(atlas: Atlas, parent: Path) -> Arrays:
    with ExitStack() as undone:
        try:
            parent.mkdir(exist_ok=True)
            folder = undone.enter_context(TemporaryDirectory(prefix=ARRAYS, dir=parent))
            held = undone.enter_context((Path(folder) / HELD).open("wb"))
            flock(held, LOCK_SH)
            atlas.adjacency.save(Path(folder))
        except OSError as error:
            raise StateFolderError(parent, f"cannot be written: {error.strerror}") from error
        return Arrays(Path(folder), undone.pop_all())


def _write_all_portraits(derived: Derived, folder: Path) -> None:
    atlas, iris, touched = derived.atlas, derived.iris, derived.touched
    painter = Painter(atlas, derived.reader, derived.vocabulary, iris)
    try:
        np.save(folder / KINDS, atlas.kinds, allow_pickle=False)
        if touched is None:
            painter.write(folder)
            return
        own = derived.folder / DERIVED
        base = Atlas.load(own)
        painter.write_touched(base, touched.iris, folder)
        before = mapped(own / RECORDS_OF)
        texts = texts_file.TextsFile(own)
        write_records_of(find_revised_records_of(atlas.references, base, before, texts, iris), folder)
    except OSError as error:
        raise StateFolderError(folder, f"cannot be written: {error.strerror}") from error


def _write_places(atlas: Atlas, folder: Path, iris: Iris) -> None:
    """Write to *folder* where the records of each node begin in it."""
    texts = texts_file.TextsFile(folder)
    write_records_of(find_records_of(atlas.references, texts, iris), folder)


def sweep(state: Path) -> None:
    """Remove the arrays that services which were killed have left below *state*."""
    for folder in (state / TEMPORARY).glob(f"{ARRAYS}*"):
        with suppress(OSError), (folder / HELD).open("rb") as held:
            flock(held, LOCK_EX | LOCK_NB)  # nobody else holds it
            shutil.rmtree(folder, ignore_errors=True)


def _open_search(derived: Derived, atlas: Atlas) -> Search:
    """Return the base, with what was touched since beside it."""
    touched, reader, iris = derived.touched, derived.reader, derived.iris
    labels = derived.vocabulary.class_names()
    if touched is None:
        return Search(SearchIndex(database=write(IN_MEMORY, list_entries(atlas, reader, iris))), labels, OTHERS)
    references = frozenset(map(iris.reference, touched.iris))
    base = SearchIndex(derived.folder / DERIVED / TEXTS, hidden=references)
    if not references:
        return Search(base, labels, OTHERS)
    recent = write(IN_MEMORY, entries_of(references, atlas, reader, iris))
    return Search(base, labels, OTHERS, SearchIndex(database=recent))


def _read_touched(folder: Path) -> Touched | None:
    """Return what has changed since the base was made; ``None`` where there is no base, or not the whole of it."""
    try:
        touched = Touched(**orjson.loads((folder / TOUCHED).read_bytes()))
        is_whole = touched.sizes == _sizes(folder)
    except (OSError, ValueError, TypeError):
        return None
    return touched if is_whole else None


def _write_touched(folder: Path, touched: Touched) -> None:
    (folder / TOUCHED).write_bytes(orjson.dumps(replace(touched, sizes=_sizes(folder))))


def _sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in folder.iterdir() if file.name != TOUCHED}
