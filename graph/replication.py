"""A graph that lives on a server, and the copies of the service that share it.

state/server.json                     which index the generations are of, and who this copy is
generations/00000007/set.json         which set of graphs holds the generation
generations/00000007/changed.json     of what something else is said than in the generation before
generations/00000007/store/           the triples, only on copies that have published or judged

One copy at a time publishes (`graph.delivery`).  The others see that, fetch the manifest, the report and the texts, and
derive from the server what they answer from.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Final
from uuid import uuid4

import orjson
from pyoxigraph import NamedNode

from graph import delivery, derived
from graph.address import Address
from graph.engine.embedded import Draft, Reader
from graph.engine.generations import (
    COMPARED,
    MANIFEST,
    REPORT,
    STORE,
    Generation,
    Manifest,
    candidate,
    delete_older,
    find_current,
    list_generations,
    newest_id,
    parse_manifest,
    place,
    read_set,
    sync,
    write_set,
    writing,
)
from graph.engine.remote.client import Client
from graph.engine.remote.files import SharedFiles
from graph.engine.remote.lease import Lease, Sightings
from graph.engine.remote.names import Names
from graph.engine.remote.pointer import Pointer, PointerStore
from graph.engine.remote.reader import RemoteReader
from graph.engine.texts import Texts
from graph.errors import EngineAnswerError, GraphError, SetOverwrittenError, StateFolderError, WriteElsewhereError
from graph.home import Here, Home, Outlet, Quarters
from graph.iris import Iris
from graph.vocabulary import Vocabulary

SERVER: Final = "server.json"
PATIENCE_SECONDS: Final = 1.0
TRIES: Final = 20


def home_at(address: Address, vocabulary: Vocabulary, iris: Iris) -> Home:
    """Return the home at *address*."""
    if address.server is None:
        return Here(iris)
    return Elsewhere(Client(address.server), vocabulary, iris, most_triples=address.most_triples)


@dataclass(slots=True)
class Sight:
    """The pointer as it was seen last; copies look at it all the time, and several threads ask."""

    store: PointerStore
    pointer: Pointer = field(default_factory=Pointer)
    seconds: float = float("-inf")
    _looking: Lock = field(default_factory=Lock)

    def look(self) -> Pointer:
        """Return the pointer as it is now, or was seen by somebody who began to look after this call."""
        called = monotonic()
        with self._looking:
            began = monotonic()
            if self.seconds < called:
                self.pointer, self.seconds = self.store.read(), began
            return self.pointer

    def confirm(self, set_name: str, generation: int) -> None:
        """Refuse what was just read from a set where it may not be that generation any more.

        Raises:
            SetOverwrittenError: It may not.
            GraphError: The server was not looked at lately, and does not answer now.
        """
        if self._is_stale():
            self.look()
        self._check(set_name, generation)

    async def confirm_in_time(self, set_name: str, generation: int) -> None:
        """Do the same, where nobody may wait for a server."""
        if self._is_stale():
            await asyncio.to_thread(self.look)
        self._check(set_name, generation)

    def _is_stale(self) -> bool:
        return monotonic() - self.seconds > delivery.GRACE_SECONDS

    def _check(self, set_name: str, generation: int) -> None:
        if not self.pointer.serves(set_name, generation):
            raise SetOverwrittenError(generation)


class Elsewhere:
    """A graph that lives on a server."""

    def __init__(self, client: Client, vocabulary: Vocabulary, iris: Iris, *, most_triples: int) -> None:
        """Begin; where a graph has more than *most_triples*, nothing is derived from it."""
        self.client = client
        self._vocabulary = vocabulary
        self._iris = iris
        self._most_triples = most_triples
        self._files = SharedFiles(client, iris.base)
        self._sightings = Sightings()
        self._store = PointerStore(client, iris.base)
        self.sight = Sight(self._store)

    def catch_up(self, state: Path) -> None:
        """See to it that the newest generation below *state* is what is published.

        Raises:
            StateFolderError: The folder holds generations of another index.
            GraphError: The server does not answer.
        """
        with writing(state):
            self._follow(state)
            is_unpublished = self.sight.pointer.generation == 0 and newest_id(state) > 0
        if is_unpublished:  # what was published on this machine alone moves to the server
            with writing(state), self.publishing(state, is_patient=True):
                pass

    @contextmanager
    def publishing(self, state: Path, *, is_patient: bool = False) -> Iterator[Outlet]:
        """Return the right to publish; what is published then is below *state*, with its store.

        Raises:
            WriteElsewhereError: Another copy has it.
        """
        with self._lease(state, is_patient=is_patient) as lease:
            self._follow(state)
            current = find_current(state)
            outlet = delivery.Delivery(state, lease, self.client, self._files, self._iris.base)
            outlet.reserve()
            if current is not None:
                if lease.pointer.generation == 0:
                    if not current.store_folder.is_dir():
                        raise StateFolderError(state, "holds a generation whose triples the server has lost")
                    outlet.deliver(current.folder, current.manifest, None)
                    outlet.reserve()
                self._ensure_store(current, state)
            yield outlet
        with suppress(GraphError):  # what was published is published
            self.sight.look()

    def complete(self, generation: Generation, state: Path) -> None:
        """See to it that *generation*, below *state*, has its triples on this machine, to be judged beside others."""
        if not generation.store_folder.is_dir():
            with writing(state):
                self._ensure_store(generation, state)

    def reader(self, generation: Generation) -> Reader:
        """Return what reads *generation*; one that was published a moment ago is looked for on the server."""
        set_name = read_set(generation)
        if self.sight.pointer.generation < generation.id:
            with suppress(GraphError):  # whoever reads then hears why not
                self.sight.look()
        sizes = dict(generation.manifest.graph_sizes())
        confirm = partial(self.sight.confirm, set_name, generation.id)
        names = Names(self._iris.base, set_name)
        return RemoteReader(self.client, names, sizes, self._iris.graph("all"), confirm)

    def quarters(self, generation: Generation) -> Quarters:
        """Return where workers find *generation*."""
        confirm = partial(self.sight.confirm_in_time, read_set(generation), generation.id)
        return Quarters(generation.folder, self.client.remote.to_json(), confirm, self.client.replicas.check)

    # --- publishing

    def _lease(self, state: Path, *, is_patient: bool) -> Lease:
        index, copy = read_server(state)
        write_server(state, index, copy)  # who could not would keep the right, and be nobody later
        while True:
            try:
                return Lease(self._store, copy, self._sightings)
            except WriteElsewhereError:
                if not is_patient:
                    raise
                sleep(PATIENCE_SECONDS)

    def _ensure_store(self, generation: Generation, state: Path) -> None:
        """Have the triples of *generation* on this machine, too."""
        if generation.store_folder.is_dir():
            return
        reader = self.reader(generation)
        with candidate(state) as folder:
            with Draft(folder / STORE) as draft:
                for iri, size in generation.manifest.graph_sizes():
                    count = 0
                    for batch in reader.batches(NamedNode(iri)):
                        draft.change(added=batch)
                        count += len(batch)
                    if count != size:
                        raise EngineAnswerError(f"The server gave {count} of the {size} triples of <{iri}>.")
            (folder / STORE).rename(generation.store_folder)

    # --- following

    def _follow(self, state: Path) -> None:
        for _ in range(TRIES):
            pointer = self.sight.look()
            newest = self._check(state, pointer)
            if pointer.generation in (0, newest) or self._fetch(state, pointer):
                _forget(state, pointer, newest)
                return
        raise EngineAnswerError("The graph on the server changes faster than this copy can follow.")

    def _check(self, state: Path, pointer: Pointer) -> int:
        """Return the number of the newest generation here, which must be of the index on the server."""
        newest = newest_id(state)
        index, copy = read_server(state)
        if not pointer.index:
            return newest
        if newest and pointer.generation and index != pointer.index:
            raise StateFolderError(state, "holds generations of another index than the one on the server")
        if pointer.generation and newest > pointer.generation:
            raise StateFolderError(state, f"holds generation {newest}, and the server only {pointer.generation}")
        write_server(state, pointer.index, copy)
        return newest

    def _fetch(self, state: Path, pointer: Pointer) -> bool:
        """Have the newest generation of the server below *state*; return whether it was still there at the end."""
        number = pointer.generation
        files = {name: self._files.get(f"generations/{number}/{name}") for name in (MANIFEST, REPORT, COMPARED)}
        if None in files.values():
            return False
        with candidate(state) as folder:
            for name, content in files.items():
                (folder / name).write_bytes(content or b"")
            write_set(folder, pointer.live)
            generation = Generation(folder, parse_manifest(files[MANIFEST] or b""))
            if not self._fetch_texts(generation.manifest, state):
                return False
            try:
                self._derive(generation, find_current(state))
            except SetOverwrittenError:
                return False
            if not self.sight.look().serves(pointer.live, number):
                return False
            place(folder, number, state)
        return True

    def _fetch_texts(self, manifest: Manifest, state: Path) -> bool:
        texts = Texts(state)
        for document in manifest.documents:
            if document.digest and not texts.path(document.digest, document.suffix).is_file():
                content = self._files.get(f"texts/{document.digest}{document.suffix}")
                if content is None:
                    return False
                texts.keep(content, document.suffix)
        return True

    def _derive(self, generation: Generation, earlier: Generation | None) -> None:
        """Derive what is answered from here, by what has changed where that is known."""
        folder, ground = generation.folder, derived.Ground(self.reader(generation), self._vocabulary, self._iris)
        count = sum(size for _, size in generation.manifest.graph_sizes())
        if count > self._most_triples:
            derived.refuse(folder, count, self._most_triples)
            return
        changed = self._changed_since(earlier.id, generation.id) if earlier is not None else None
        if earlier is None or changed is None:
            derived.make(folder, ground)
        else:
            derived.continue_from(earlier.folder, folder, changed, ground)

    def _changed_since(self, earlier: int, number: int) -> derived.Touched | None:
        """Return of what something else is said than in the generation *earlier*; ``None`` where nobody knows."""
        iris: set[str] = set()
        restated: set[str] = set()
        for one in range(earlier + 1, number + 1):
            content = self._files.get(f"generations/{one}/{derived.CHANGED}")
            if content is None:
                return None
            told = orjson.loads(content)
            iris.update(told["iris"])
            restated.update(told["restated"])
        return derived.Touched(0, tuple(iris), tuple(restated))


def _forget(state: Path, pointer: Pointer, newest: int) -> None:
    """Delete what was purged elsewhere, and now and then the texts of which no generation here speaks any more.

    Args:
        newest: The number of the newest generation here before this copy has followed *pointer*.
    """
    is_time = pointer.generation // delivery.SWEEP_EVERY > newest // delivery.SWEEP_EVERY
    if not (pointer.purged or is_time):
        return
    found = list_generations(state)
    kept = [one for one in found if one.id >= pointer.purged]
    if is_time or len(kept) < len(found):
        # Texts first: where this ends in between, what is left of the generations says that it is to be done again.
        Texts(state).sweep(document.digest for one in kept for document in one.manifest.documents)
        delete_older(state, pointer.purged)


def read_server(state: Path) -> tuple[str, str]:
    """Return which index the generations below *state* are of, and which copy this is; a new one where nobody knows.

    Raises:
        StateFolderError: It is noted there, and cannot be read.
    """
    try:
        told: Mapping[str, str] = orjson.loads((state / SERVER).read_bytes())
        return told["index"], told["copy"]
    except FileNotFoundError:
        return "", uuid4().hex
    except (OSError, ValueError, KeyError) as error:
        raise StateFolderError(state, f"holds a {SERVER} that cannot be read ({error})") from error


def write_server(state: Path, index: str, copy: str) -> None:
    """Note the same, on the disk when this returns.

    Raises:
        StateFolderError: It cannot be written.
    """
    told = orjson.dumps({"index": index, "copy": copy})
    path = state / SERVER
    if path.is_file() and path.read_bytes() == told:
        return
    unfinished = path.with_suffix(".new")  # of nobody else: whoever writes here holds the folder
    try:
        unfinished.write_bytes(told)
        sync(unfinished)
        unfinished.rename(path)
        sync(state)
    except OSError as error:
        raise StateFolderError(state, f"cannot be written: {error.strerror}") from error
