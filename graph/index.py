"""A generation opened for questions: its reader, its catalogue, and the ontology it was built with.  Touches files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyoxigraph import NamedNode, Triple, serialize

from graph import terms
from graph.atlas import Atlas
from graph.catalogue import Catalogue, is_reference
from graph.derived import Derived
from graph.engine.embedded import EmbeddedReader, Reader
from graph.engine.generations import Generation, PublishedDocument, open_current
from graph.engine.texts import Texts
from graph.errors import MovedError, UnknownEntityError
from graph.formats import Format
from graph.home import Home
from graph.iris import Iris
from graph.search import Search
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Index:
    """What questions are asked of."""

    generation: Generation
    reader: Reader
    catalogue: Catalogue
    vocabulary: Vocabulary
    iris: Iris
    derived: Derived

    @property
    def atlas(self) -> Atlas:
        """The generation as numbers, for lists and walks; it is made, or opened, when it is first asked for."""
        return self.derived.atlas

    @property
    def search(self) -> Search:
        """The texts of the generation, to be searched."""
        return self.derived.search

    @property
    def is_at_hand(self) -> bool:
        """Whether its triples are on this machine, so that looking one up takes no time."""
        return isinstance(self.reader, EmbeddedReader)

    def find(self, slug: str) -> NamedNode:
        """Return the IRI of the entity called *slug*.

        Raises:
            MovedError: It has another slug: this is another spelling, or something that was replaced and is described
                no more.
            UnknownEntityError: There is none.
        """
        try:
            return self.catalogue.find(slug)
        except UnknownEntityError as error:
            now = self._replacement(slug) or self.search.spelt(slug)
            if len(now) == 1:
                raise MovedError(slug, now[0]) from error
            raise

    def _replacement(self, slug: str) -> list[str]:
        """Return the slug of what took the place of *slug*, which nobody introduces any more."""
        if not is_reference(slug):
            return []
        found = self.reader.values(self.iris.resolve(slug), terms.REPLACED_BY)
        known = [one.value for one in found if isinstance(one, NamedNode) and self.catalogue.holds(one.value)]
        return [self.iris.reference(iri) for iri in known]

    def has_graph(self, iri: str) -> bool:
        """Return whether there is a graph of that name, if only an empty one."""
        return self.reader.has_graph(NamedNode(iri))

    def text(self, document: PublishedDocument) -> bytes:
        """Return the text of a document, as its author wrote it."""
        return Texts(self.generation.folder.parent.parent).path(document.digest, document.suffix).read_bytes()

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that a query need not declare: those of the ontology, and the index's own."""
        base = self.iris.base
        own = {"id": f"{base}id/", "document": f"{base}document/", "graph": f"{base}graph/"}
        return dict(self.vocabulary.prefixes) | own


def open_index(state: Path, vocabulary: Vocabulary, iris: Iris, home: Home | None = None) -> Index:
    """Return the newest generation below *state*, opened; its graph lives at *home*, else on this machine.

    Raises:
        NotBuiltError: Nothing has been published.
        StateFolderError: It cannot be opened.
    """
    generation = open_current(state)
    return open_generation(generation, vocabulary, iris, home.reader(generation) if home else None)


def open_generation(generation: Generation, vocabulary: Vocabulary, iris: Iris, reader: Reader | None = None) -> Index:
    """Return *generation*, opened; *reader* is what it is read with where its store is not beside it.

    Raises:
        StateFolderError: It cannot be opened.
    """
    reader = reader or EmbeddedReader(generation.store_folder, iris.graph("all"))
    derived = Derived(generation.folder, reader, vocabulary, iris)
    catalogue = Catalogue(reader, vocabulary, iris, derived=derived)
    return Index(generation, reader, catalogue, vocabulary, iris, derived)


def describe(slug: str, index: Index) -> Iterator[Triple]:
    """Yield every triple whose subject is *slug*, stated and inferred.

    Raises:
        UnknownEntityError: There is nothing of that name.
    """
    iri = index.find(slug)
    for quad in index.reader.quads(iri, None, None, index.iris.graph("all")):
        yield quad.triple


def written(triples: Iterable[Triple], form: Format, index: Index) -> bytes:
    """Return *triples* in an RDF format."""
    output = BytesIO()
    serialize(triples, output, form.engine, prefixes=index.prefixes)  # type: ignore[arg-type]
    return output.getvalue()
