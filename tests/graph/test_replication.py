"""A graph on a server that copies of the service share: publishing there, following, and what may go wrong between."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from random import Random
from time import sleep
from uuid import uuid4

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph import delivery
from graph.building import build, software_digest
from graph.engine.embedded import Difference, EmbeddedReader
from graph.engine.generations import KEPT, Generation, find_current, open_current, writing
from graph.engine.remote.client import Client
from graph.engine.remote.configuration import Remote
from graph.engine.remote.files import SharedFiles
from graph.engine.remote.lease import LEASE_SECONDS, Lease, Sightings
from graph.engine.remote.names import Names
from graph.engine.remote.pointer import Pointer, PointerStore
from graph.engine.remote.sets import GraphSet
from graph.entities import find_entity
from graph.errors import (
    EngineAnswerError,
    EngineUnavailableError,
    GraphError,
    LeaseLostError,
    SetOverwrittenError,
    StateFolderError,
    UnderivedError,
    WriteElsewhereError,
)
from graph.index import Index, open_index
from graph.iris import Iris, digest
from graph.office import Office
from graph.replication import Elsewhere, Sight
from graph.vocabulary import Vocabulary
from graph.workshop import Workshop
from graph.writes import Author, DeleteDocument, Follow, Purge, PutDocument, Restore, Written
from tests.graph.engine.remote.peers import peer, whole
from tests.servers.exchanges import Options
from tests.servers.fixtures import ServerOf
from tests.servers.hostile import HostileRemote
from tests.servers.running import Server

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
AUTHOR = Author("a-test", "r1")


def remote_of(server: Server) -> Remote:
    """Return a server as the engine is told of it."""
    login = server.login
    return Remote(
        queries=(server.query,),
        update=server.update,
        store=server.graph_store,
        kind=server.kind,
        user=login.user if login else "",
        password=login.password if login else "",
        authentication=login.scheme if login else "basic",
    )


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the service, as far as it writes and reads."""

    state: Path
    office: Office
    home: Elsewhere

    def put(self, slug: str, text: str) -> Written:
        return self.office.perform(PutDocument(slug, text, ".yaml"), AUTHOR)

    def follow(self) -> Index:
        self.office.perform(Follow(), AUTHOR)
        return self.opened()

    def opened(self) -> Index:
        workshop = self.office.workshop
        return open_index(self.state, workshop.vocabulary, workshop.iris, self.home)

    @property
    def pointer(self) -> Pointer:
        return self.home.sight.look()


CopyOf = Callable[[], Copy]
ClientOf = Callable[[Server], Client]


@pytest.fixture
def client_at() -> Iterator[Callable[[Remote], Client]]:
    """What connects to an address until the test ends."""
    with ExitStack() as ended:

        def connect(remote: Remote) -> Client:
            client = Client(remote)
            ended.callback(client.close)
            return client

        yield connect


@pytest.fixture
def client_of(client_at: Callable[[Remote], Client]) -> ClientOf:
    """What connects to a server until the test ends."""
    return lambda server: client_at(remote_of(server))


@pytest.fixture(autouse=True)
def _few_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen is believed for a shorter time, so that writes wait less."""
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.2)


def copies_on(connect: Callable[[], Client], folder: Path, vocabulary: Vocabulary) -> CopyOf:
    """Return what makes copies of a service that share an index of their own, with nothing but one small document."""
    iris = Iris(f"https://example.org/{uuid4().hex}/")
    workshop = Workshop.of(vocabulary, iris)
    data = folder / "data"
    (data / "notes").mkdir(parents=True)
    (data / "notes" / "tools.yaml").write_text(document("ansible", "Ansible"), encoding="utf-8")
    numbers = count(1)

    def make() -> Copy:
        home = Elsewhere(connect(), vocabulary, iris, most_triples=1_000_000)
        state = folder / f"state-{next(numbers)}"
        build(data, state, lambda: workshop, inputs="test", home=home)
        made_with = digest("test", software_digest())
        return Copy(state, Office(state, workshop, made_with, home), home)

    return make


@dataclass(frozen=True, slots=True)
class Behind:
    """Copies that share an index on a server which does not do everything that it is asked for."""

    remote: HostileRemote
    upstream: str
    make: CopyOf

    def refuses(self, words: str) -> None:
        """Let the server refuse what mentions *words*."""
        self.remote.behaves("pass-but", Options(upstream=self.upstream, refused=words))

    def mended(self) -> None:
        """Let the server do everything again."""
        self.remote.behaves("pass", Options(upstream=self.upstream))


@pytest.fixture
def behind(
    server_of: ServerOf, client_at: Callable[[Remote], Client], tmp_path: Path, vocabulary: Vocabulary
) -> Iterator[Behind]:
    """What makes such copies, on Oxigraph's server."""
    server = server_of("oxigraph")
    with HostileRemote("pass", Options(upstream=server.base)) as remote:
        told = remote_of(server)
        query, update, store = (
            address.replace(server.base, remote.address) for address in (server.query, told.update, told.store)
        )
        led = replace(told, queries=(query,), update=update, store=store)
        yield Behind(remote, server.base, copies_on(lambda: client_at(led), tmp_path, vocabulary))


def document(slug: str, name: str, *, uses: str = "") -> str:
    """Return the text of a document that introduces one thing."""
    relations = f"relations: [{{usesTool: {uses}}}]" if uses else ""
    return f"entities:\n  {slug}:\n    type: ConfigurationManagementTool\n    name: {name}\n    {relations}\n"


@pytest.fixture
def copies(server_of: ServerOf, client_of: ClientOf, tmp_path: Path, vocabulary: Vocabulary) -> CopyOf:
    """What makes copies that share an index on Oxigraph's server."""
    return copies_on(lambda: client_of(server_of("oxigraph")), tmp_path, vocabulary)


@pytest.fixture
def copies_anywhere(any_server: Server, client_of: ClientOf, tmp_path: Path, vocabulary: Vocabulary) -> CopyOf:
    """The same on each kind of server."""
    return copies_on(lambda: client_of(any_server), tmp_path, vocabulary)


def quads_on_the_server(copy: Copy, generation: Generation) -> set[Quad]:
    """Return all of a generation, as it is read from the server."""
    reader = copy.home.reader(generation)
    return {quad for graph in reader.graphs() for batch in reader.batches(graph) for quad in batch}  # type: ignore[arg-type]


def quads_here(copy: Copy, generation: Generation) -> set[Quad]:
    """Return the same, as its store on this machine has it."""
    reader = EmbeddedReader(generation.store_folder, copy.office.workshop.iris.graph("all"))
    graphs = [graph for graph in reader.graphs() if isinstance(graph, NamedNode)]
    return {quad for graph in graphs for batch in reader.batches(graph) for quad in batch}


def everything_on(copy: Copy) -> str:
    """Return every graph of the index on the server, whatever it is for, as text."""
    base = copy.office.workshop.iris.base
    query = "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), '%s')) }"
    with copy.home.client.select(query % base) as rows:
        return "\n".join(" ".join(map(str, row)) for row in rows)


# --- Publishing and following ----------------------------------------------------------------


def test_a_server_holds_what_was_published_and_every_copy_tells_it(copies_anywhere: CopyOf) -> None:
    one, other = copies_anywhere(), copies_anywhere()
    one.put("installers", document("kubespray", "Kubespray", uses="ansible"))

    index = other.follow()

    generation = open_current(one.state)
    assert index.generation.manifest == generation.manifest
    assert quads_on_the_server(other, index.generation) == quads_here(one, generation)
    found = [find_entity("kubespray", copy.opened().reader, copy.opened().catalogue) for copy in (one, other)]
    assert found[0] == found[1]
    assert [relation.target.slug for relation in found[0].relations] == ["ansible"]
    assert [hit.slug for hit in index.search.find("kubespray").items][:1] == ["kubespray"]


@pytest.mark.parametrize("any_server", ["fuseki", "virtuoso", "oxigraph"], indirect=True)
def test_a_change_of_a_document_changes_the_set_that_is_not_live(copies_anywhere: CopyOf) -> None:
    copy = copies_anywhere()
    seen = []
    for name in ("One", "Two", "Three"):
        copy.put("installers", document("kubespray", name))
        generation = open_current(copy.state)
        seen.append(copy.pointer.live)
        assert copy.opened().catalogue.summary(copy.office.workshop.iris.entity("kubespray").value).name == name
        assert quads_on_the_server(copy, generation) == quads_here(copy, generation)

    assert seen in (["a", "b", "a"], ["b", "a", "b"])


@pytest.mark.parametrize("seed", range(2))
def test_copies_that_write_in_turn_leave_what_one_would_have_made(copies: CopyOf, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # not for secrets
    both = [copies(), copies()]
    for step in range(8):
        copy = chance.choice(both)
        slug = chance.choice(("one", "two", "three"))
        if any(entry.slug == slug for entry in open_current(copy.state).manifest.documents) and chance.random() < 0.3:
            copy.follow()
            if any(entry.slug == slug for entry in open_current(copy.state).manifest.documents):
                copy.office.perform(DeleteDocument(slug), AUTHOR)
                continue
        copy.put(slug, document(f"thing-{slug}", f"Name {step}", uses="ansible"))

    last = copies()  # reads everything from the server
    last.home.complete(open_current(last.state), last.state)

    generation = open_current(last.state)
    assert {copy.follow().generation.id for copy in both} == {generation.id}
    assert quads_on_the_server(last, generation) == quads_here(last, generation)
    last.put("passing", document("passing", "Passing"))
    rebuilt = last.office.perform(Purge("passing"), AUTHOR)  # makes everything anew
    anew = open_current(last.state)
    assert rebuilt.generation == anew.id
    assert quads_here(last, anew) == quads_on_the_server(last, anew)


def test_what_was_published_on_this_machine_alone_moves_to_the_server(
    server_of: ServerOf, client_of: ClientOf, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    iris = Iris(f"https://example.org/{uuid4().hex}/")
    workshop = Workshop.of(vocabulary, iris)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tools.yaml").write_text(document("ansible", "Ansible"), encoding="utf-8")
    before = build(tmp_path / "data", tmp_path / "state", lambda: workshop, inputs="test")
    home = Elsewhere(client_of(server_of("oxigraph")), vocabulary, iris, most_triples=1_000_000)

    after = build(tmp_path / "data", tmp_path / "state", lambda: workshop, inputs="test", home=home)

    assert after.id == before.id
    assert home.sight.look().generation == before.id
    assert open_index(tmp_path / "state", vocabulary, iris, home).catalogue.holds(iris.entity("ansible").value)


def test_a_state_folder_of_another_index_is_refused(copies: CopyOf) -> None:
    one, other = copies(), copies()
    (one.state / "server.json").write_text('{"index": "another", "copy": "me"}', encoding="utf-8")
    other.put("installers", document("kubespray", "Kubespray"))

    with pytest.raises(StateFolderError, match="another index"):
        one.follow()


def test_a_write_does_not_make_a_state_folder_of_another_index_one_of_this(copies: CopyOf) -> None:
    one, other = copies(), copies()
    (one.state / "server.json").write_text('{"index": "another", "copy": "me"}', encoding="utf-8")
    other.put("installers", document("kubespray", "Kubespray"))

    with pytest.raises(StateFolderError, match="another index"):
        one.put("provisioners", document("terraform", "Terraform"))

    assert one.pointer.holder == ""


@pytest.mark.parametrize("name", ["server.json", "server.new"])
def test_a_copy_that_cannot_note_who_it_is_takes_no_right(copies: CopyOf, name: str) -> None:
    copy = copies()
    state = copy.state.with_name("unwritable")
    (state / name).mkdir(parents=True)

    with pytest.raises(StateFolderError, match="cannot be"), writing(state), copy.home.publishing(state):
        pass

    assert copy.pointer.holder == ""


def test_a_copy_whose_note_is_broken_does_not_take_itself_for_another(copies: CopyOf) -> None:
    copy = copies()
    (copy.state / "server.json").write_text('{"index": ', encoding="utf-8")

    with pytest.raises(StateFolderError, match="cannot be read"):
        copy.follow()


def test_what_was_restored_is_on_the_server(copies: CopyOf) -> None:
    copy = copies()
    first = open_current(copy.state)
    copy.put("installers", document("kubespray", "Kubespray"))

    copy.office.perform(Restore(first.id), AUTHOR)

    now = open_current(copy.state)
    assert now.id == first.id + 2
    assert quads_on_the_server(copy, now) == quads_here(copy, now) == quads_here(copy, first)


def test_a_purged_document_leaves_no_trace_on_the_server(copies: CopyOf) -> None:
    copy = copies()
    copy.put("secret", document("zanzibar", "Zanzibar"))
    copy.office.perform(DeleteDocument("secret"), AUTHOR)
    assert "zanzibar" in everything_on(copy)

    copy.office.perform(Purge("secret"), AUTHOR)

    assert "zanzibar" not in everything_on(copy)
    files = SharedFiles(copy.home.client, copy.office.workshop.iris.base)
    contents = {name: files.get(name) or b"" for name in files.names()}
    assert not [name for name, content in contents.items() if b"anzibar" in content]


def files_below(state: Path) -> bytes:
    """Return all that is in the files of a copy."""
    return b"".join(path.read_bytes() for path in sorted(state.rglob("*")) if path.is_file())


def test_what_was_purged_is_in_no_file_of_another_copy_either(copies: CopyOf) -> None:
    one, other = copies(), copies()
    one.put("secret", document("zanzibar", "Zanzibar"))
    other.follow()
    one.office.perform(DeleteDocument("secret"), AUTHOR)
    one.office.perform(Purge("secret"), AUTHOR)
    one.put("installers", document("kubespray", "Kubespray"))
    assert b"anzibar" in files_below(other.state)

    index = other.follow()

    assert b"anzibar" not in files_below(other.state)
    assert index.generation.id == one.pointer.generation
    assert other.put("provisioners", document("terraform", "Terraform")).generation == index.generation.id + 1
    assert other.pointer.purged == one.pointer.purged == index.generation.id - 1


def test_a_copy_that_follows_deletes_texts_that_no_generation_has(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SWEEP_EVERY", 10)
    one, other = copies(), copies()
    for number in range(10):
        one.put("installers", document("kubespray", f"Kubespray {number}"))
        other.follow()

    texts = [path.read_text(encoding="utf-8") for path in (other.state / "texts").rglob("*.yaml")]
    assert len(texts) <= KEPT + 2
    assert document("kubespray", "Kubespray 9") in texts


def test_where_a_graph_is_too_large_to_derive_from_it_can_be_looked_up_and_nothing_else(copies: CopyOf) -> None:
    one = copies()
    small = Elsewhere(one.home.client, one.office.workshop.vocabulary, one.office.workshop.iris, most_triples=10)
    state = one.state.with_name("small")

    small.catch_up(state)

    index = open_index(state, one.office.workshop.vocabulary, one.office.workshop.iris, small)
    assert index.catalogue.holds(index.iris.entity("ansible").value)
    with pytest.raises(UnderivedError, match="10 at most"):
        _ = index.atlas


def test_what_a_publication_that_failed_has_left_is_not_taken_for_the_next_one(behind: Behind) -> None:
    """Of a generation that is restored nobody is told by what it differs from the one before."""
    one, other = behind.make(), behind.make()
    one.put("installers", document("kubespray", "Kubespray"))
    other.follow()
    behind.refuses("generation=3&")
    with pytest.raises(EngineUnavailableError):
        one.put("provisioners", document("terraform", "Terraform"))
    behind.mended()

    one.office.perform(Restore(1), AUTHOR)

    index = other.follow()
    assert not index.search.find("kubespray").items
    one.put("provisioners", document("terraform", "Terraform"))
    generation = open_current(one.state)
    assert quads_on_the_server(one, generation) == quads_here(one, generation)


def test_a_publication_that_took_place_is_one_although_nothing_old_can_be_deleted(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "KEPT", 0)
    copy = behind.make()
    behind.refuses("generations/1/")

    written = copy.put("installers", document("kubespray", "Kubespray"))

    assert written.generation == open_current(copy.state).id == copy.pointer.generation == 2
    behind.mended()
    copy.put("installers", document("kubespray", "Kubespray again"))
    files = SharedFiles(copy.home.client, copy.office.workshop.iris.base)
    assert not [name for name in files.names() if name.startswith(("generations/1/", "generations/2/"))]


@pytest.mark.parametrize("predicate", [None, NamedNode(RDF_TYPE)])
def test_a_graph_that_is_too_large_to_be_sorted_in_memory_is_read_in_the_same_order(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch, predicate: NamedNode | None
) -> None:
    copy = copies()
    reader = copy.home.reader(open_current(copy.state))
    graphs = [graph for graph in reader.graphs() if isinstance(graph, NamedNode)]
    in_memory = {graph: [quad for batch in reader.batches(graph, predicate) for quad in batch] for graph in graphs}

    monkeypatch.setattr("graph.engine.remote.reader.MOST_SORTED", 7)
    monkeypatch.setattr("graph.engine.remote.reader.BATCH", 5)
    in_files = {graph: list(reader.batches(graph, predicate)) for graph in graphs}

    assert any(len(quads) > 70 for quads in in_memory.values())
    assert {graph: [quad for batch in batches for quad in batch] for graph, batches in in_files.items()} == in_memory
    assert {len(batch) for batches in in_files.values() for batch in batches[:-1]} == {5}


def test_what_was_looked_up_is_kept_up_to_so_many_quads(behind: Behind, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = behind.make()
    reader, iris = copy.home.reader(open_current(copy.state)), copy.office.workshop.iris
    things = iris.entity("ansible"), iris.document("tools")
    sizes = [len(reader.quads(thing)) for thing in things]

    def asked_with(most: int) -> int:
        monkeypatch.setattr("graph.engine.remote.reader.MOST_QUADS", most)
        reader, before = copy.home.reader(open_current(copy.state)), len(behind.remote.requests)
        for thing in things * 2:
            reader.quads(thing)
        asked = (request.parameters().get("query", [""])[0] for request in behind.remote.requests[before:])
        return sum(1 for query in asked if "pointer" not in query)

    asked = [asked_with(sum(sizes)), asked_with(sum(sizes) - 1)]

    assert asked == [2, 4]


# --- What readers may believe ----------------------------------------------------------------


def test_what_is_read_from_a_set_that_was_overwritten_is_refused(copies: CopyOf) -> None:
    writer, reader = copies(), copies()
    old = reader.opened()
    writer.put("installers", document("kubespray", "Kubespray"))
    reader.home.sight.look()
    assert old.reader.quads(None, None, None, old.iris.graph("ontology"))

    writer.put("installers", document("kubespray", "Kubespray again"))

    with pytest.raises(SetOverwrittenError):
        old.reader.quads(old.iris.entity("ansible"))


def test_a_copy_that_has_not_looked_lately_looks_before_it_believes(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copies()
    index = copy.opened()
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.0)
    seen = copy.home.sight.seconds

    assert index.reader.quads(index.iris.entity("ansible"))

    assert copy.home.sight.seconds > seen


def test_an_answer_of_a_worker_is_believed_after_a_look_as_well(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = copies(), copies()
    confirm = reader.home.quarters(open_current(reader.state)).confirm
    assert confirm is not None
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.0)
    asyncio.run(confirm())  # type: ignore[arg-type]
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.2)
    for name in ("One", "Two"):
        writer.put("installers", document("kubespray", name))
    monkeypatch.setattr(delivery, "GRACE_SECONDS", 0.0)

    with pytest.raises(SetOverwrittenError):
        asyncio.run(confirm())  # type: ignore[arg-type]


def test_of_many_that_wait_for_a_look_few_look(client_at: Callable[[Remote], Client]) -> None:
    """A server that thinks for long is asked by one at a time, and what it says is news for all who waited."""
    nothing = b'{"head":{"vars":["state"]},"results":{"bindings":[]}}'
    with peer((0.5, *whole(nothing))) as slow:
        sight = Sight(PointerStore(client_at(Remote((slow.address,), "")), "https://example.org/"))
        with ThreadPoolExecutor(8) as pool:
            seen = [pool.submit(sight.look) for _ in range(8)]
            assert [one.result() for one in seen] == [Pointer()] * 8

        assert len(slow.requests) <= 3


# --- Who may publish -------------------------------------------------------------------------


def store_of(copy: Copy) -> PointerStore:
    """Return the pointer of the index of *copy*."""
    return PointerStore(copy.home.client, copy.office.workshop.iris.base)


def test_while_one_copy_publishes_another_is_told_to_wait(copies: CopyOf) -> None:
    one, other = copies(), copies()
    with Lease(store_of(one), "somebody", Sightings()), pytest.raises(WriteElsewhereError, match="is publishing"):
        other.put("installers", document("kubespray", "Kubespray"))

    assert other.put("installers", document("kubespray", "Kubespray")).generation == 2


def test_of_many_that_begin_an_index_at_once_one_may_publish(
    any_server: Server, client_of: ClientOf, iris: Iris
) -> None:
    base = f"{iris.base}{uuid4().hex}/"
    client = client_of(any_server)

    def take(number: int) -> str:
        try:
            lease = Lease(PointerStore(client, base), f"copy-{number}", Sightings())
        except WriteElsewhereError:
            return ""
        lease.check()
        return lease.pointer.holder

    with ThreadPoolExecutor(4) as pool:
        taken = [holder for holder in pool.map(take, range(4)) if holder]

    assert taken == [PointerStore(client, base).read().holder]


def test_who_gives_no_sign_of_life_loses_the_right(copies: CopyOf) -> None:
    copy = copies()
    store = store_of(copy)
    gone = store.read()
    gone = store.change(gone, replace(gone, holder="a-copy-that-was-killed"))
    patient = Sightings(gone.version, -2 * LEASE_SECONDS)

    with Lease(store, "the-next", patient) as lease:
        assert lease.pointer.holder == "the-next"


def test_who_has_lost_the_right_publishes_nothing(copies: CopyOf) -> None:
    copy = copies()
    store = store_of(copy)
    with Lease(store, "slow", Sightings()) as lease:
        store.change(lease.pointer, replace(lease.pointer, holder="quick"))
        with pytest.raises(LeaseLostError):
            lease.change(generation=99)

    assert store.read().generation == 1


def test_who_has_lost_the_right_hears_of_it_with_the_next_sign_of_life(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.engine.remote.lease.LEASE_SECONDS", 6.0)
    monkeypatch.setattr("graph.engine.remote.lease.SIGNS", 6)
    store = store_of(copies())
    with Lease(store, "slow", Sightings()) as lease:
        found = store.read()
        store.change(found, replace(found, holder="quick"))
        sleep(1.5)

        with pytest.raises(LeaseLostError, match="quick"):
            lease.check()


def test_where_nobody_is_known_to_have_taken_the_right_none_is_blamed(
    copies: CopyOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Lease(store_of(copies()), "slow", Sightings()) as lease:
        monkeypatch.setattr("graph.engine.remote.lease.LEASE_SECONDS", 0.0)

        with pytest.raises(LeaseLostError, match="took no sign of life"):
            lease.check()


def test_a_set_is_filled_no_further_once_the_right_is_lost(
    behind: Behind, client_at: Callable[[Remote], Client], iris: Iris
) -> None:
    """The triples of one graph go into several requests."""
    client = client_at(replace(behind.make().home.client.remote, store=""))
    names = Names(f"{iris.base}{uuid4().hex}/", "a")
    graph = NamedNode(f"{names.base}graph/all")
    triples = [Quad(graph, graph, Literal(number), graph) for number in range(3 * client.remote.dialect.insert_triples)]

    def sent() -> int:
        return sum(1 for request in behind.remote.requests if names.prefix.encode() in request.body)

    def check() -> None:
        if sent():
            raise LeaseLostError(None)

    with pytest.raises(LeaseLostError):
        GraphSet(client, names, check).apply(Difference(added=set(triples)), {graph.value: len(triples)})

    assert sent() == 1


def test_a_set_that_was_left_half_filled_is_filled_anew(copies: CopyOf) -> None:
    copy = copies()
    copy.put("installers", document("kubespray", "One"))
    copy.put("installers", document("kubespray", "Two"))
    store, base = store_of(copy), copy.office.workshop.iris.base
    found = store.read()
    store.change(found, replace(found, holds={found.live: found.generation}, reserved=found.idle))
    junk = f"GRAPH <{base}sets/{found.idle}/graph/all> {{ <urn:a> <urn:b> <urn:c> }}"
    copy.home.client.update(
        f"INSERT DATA {{ {junk} GRAPH <{base}sets/{found.idle}/document/gone> {{ <urn:a> <urn:b> 1 }} }}"
    )

    copy.put("installers", document("kubespray", "Three"))

    generation = open_current(copy.state)
    assert quads_on_the_server(copy, generation) == quads_here(copy, generation)
    assert "urn:a" not in everything_on(copy)


def test_a_copy_that_died_after_the_pointer_had_moved_has_what_it_published(copies: CopyOf) -> None:
    one, other = copies(), copies()
    other.put("installers", document("kubespray", "Kubespray"))  # as if by `one`, which never came to rename its folder

    assert one.follow().generation.id == 2
    assert one.put("installers", document("kubespray", "Again")).generation == 3


def test_a_pointer_of_a_later_form_is_left_alone(copies: CopyOf) -> None:
    copy = copies()
    base = copy.office.workshop.iris.base
    state = f"GRAPH <{base}sets/pointer> {{ <{base}sets> <https://w3id.org/cloudindex/sets#state>"
    copy.home.client.update(f'DELETE WHERE {{ {state} ?any }} }} ; INSERT DATA {{ {state} "version=9&form=2" }} }}')

    with pytest.raises(EngineAnswerError, match="form 2"):
        copy.put("installers", document("kubespray", "Kubespray"))

    assert find_current(copy.state) is not None


# --- Files that copies share -----------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 600_000])
def test_a_shared_file_comes_back_as_it_was(any_server: Server, client_of: ClientOf, iris: Iris, size: int) -> None:
    files = SharedFiles(client_of(any_server), f"{iris.base}{uuid4().hex}/")
    content = Random(size).randbytes(size)  # noqa: S311  # not for secrets
    name = "texts/é ü/%20#?.md"

    files.put(name, b"what was there before")
    files.put(name, content)

    assert files.get(name) == content
    assert files.names() == {name}
    files.delete([name])
    assert files.get(name) is None
    assert files.names() == frozenset()


def test_a_shared_file_of_which_a_part_is_missing_is_none(server_of: ServerOf, client_of: ClientOf, iris: Iris) -> None:
    base = f"{iris.base}{uuid4().hex}/"
    client = client_of(server_of("oxigraph"))
    files = SharedFiles(client, base)
    files.put("a", Random(1).randbytes(500_000))  # noqa: S311  # not for secrets
    client.update(f"DELETE WHERE {{ GRAPH <{base}sets/files> {{ <{base}sets/files/a?part=1> ?p ?o }} }}")

    with pytest.raises(EngineAnswerError, match="not whole"):
        files.get("a")


def test_every_trouble_has_a_code() -> None:
    kinds = (LeaseLostError, WriteElsewhereError, SetOverwrittenError, UnderivedError)
    assert all(issubclass(kind, GraphError) and kind.code != GraphError.code for kind in kinds)
