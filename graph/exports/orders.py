"""What is asked of a generation → the job of writing it: everything, what fits a filter, or what a view shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graph.atlas import DOCUMENT, NOTHING
from graph.columns import Mask
from graph.exports.exporting import Counts, ExportJob, opened, prepare
from graph.exports.legend import Legend
from graph.exports.network import Network
from graph.exports.part import Part, Triple, packed
from graph.exports.rdf import Output, check_predicate
from graph.exports.views import Shown, View
from graph.filters import EVERYTHING, And, Filter, Term, parse
from graph.formats import RDF_XML, Format
from graph.index import Index
from graph.selection import Chooser
from graph.vocabulary import Relation

TITLE = "Cloud Index"


@dataclass(frozen=True, slots=True)
class Order:
    """A part of the graph.

    Attributes:
        filter: Which entities; where nothing is asked for, everything.
        relations: Only these and narrower ones; without any, all.
        documents: The slugs of documents of which one must state an edge; without any, all.
        inferred: Whether edges that no document states count.
    """

    filter: Filter = EVERYTHING
    relations: tuple[Relation, ...] = ()
    documents: tuple[str, ...] = ()
    inferred: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether everything is wanted."""
        return self == Order(inferred=self.inferred)


def part_of(filter_: str, relations: tuple[Relation, ...], document: str, *, inferred: bool) -> Order:
    """Return the part that a filter, relations and a document make out, as they are written.

    Raises:
        ParameterError: The filter does not parse.
    """
    terms: list[Filter] = [parse(filter_)] if filter_ else []
    if document:
        terms.append(Term(DOCUMENT, (document,), parameter=DOCUMENT))
    return Order(And(tuple(terms)) if terms else EVERYTHING, relations, (document,) if document else (), inferred)


@dataclass(frozen=True, slots=True)
class Exporter:
    """Makes the jobs of writing a generation in one format, with its words in one language."""

    index: Index
    form: Format
    language: str = ""

    def of_order(self, order: Order, *, is_counted: bool = False) -> ExportJob:
        """Return the job of writing a part.

        Raises:
            ParameterError: A field, class, relation, target or value of the filter is not known.
            UnwritableError: RDF/XML cannot write a predicate.
        """
        index = self.index
        vocabulary = index.vocabulary
        narrow = [one for wide in order.relations for one in vocabulary.narrower_relations(wide)]
        numbers = {key: number for number, key in enumerate(vocabulary.relations)}
        part = Part(
            nodes=packed(self._everything() if order.is_whole else self._fitting(order.filter)),
            relations=tuple(sorted({numbers[one.key] for one in narrow})) if order.relations else None,
            is_inferred=order.inferred,
            documents=order.documents,
        )
        if order.is_whole and self.form is RDF_XML:
            for iri in index.generation.manifest.properties:
                check_predicate(iri)
        title = TITLE if order.is_whole else f"{TITLE}: a part"
        return self._job(part, title, is_whole=order.is_whole, is_counted=is_counted)

    def write(self, order: Order, output: Output, *, begin: Callable[[Counts], None] = lambda _: None) -> Counts:
        """Write a part in this process, and return how much it has.

        Raises:
            ParameterError, UnwritableError: As `of_order` does.
            FormatLimitError: The format cannot hold so much.

        Args:
            begin: Is told how much there will be.
        """
        counts, write = prepare(self.of_order(order), self.index.reader)
        begin(counts)
        write(output)
        return counts

    def network(self, order: Order) -> Network:
        """Return the nodes and edges of a part, read in this process."""
        return opened(self.of_order(order), self.index.reader).network(TITLE)

    def of_view(self, view: View) -> ExportJob:
        """Return the job of writing the nodes and edges that a view shows, each edge as it is stated."""
        atlas = self.index.atlas
        mask = np.zeros(atlas.node_count, dtype=bool)
        mask[[atlas.number(one) for one in view.nodes]] = True
        edges = {edge: None for one in view.edges for edge in self._as_stated(one)}
        return self._job(Part(packed(mask), edges=tuple(edges)), view.title)

    def _as_stated(self, shown: Shown) -> Iterator[Triple]:
        """Yield an edge by its numbers: as it is stated, which may be from the other side."""
        atlas, vocabulary = self.index.atlas, self.index.vocabulary
        source, key, target = shown
        relation = vocabulary.relations[key]
        inverse = vocabulary.inverse_of(relation)
        sides = [
            (atlas.number(one), atlas.relations.index(word.key), atlas.number(other))
            for one, word, other in ((source, relation, target), (target, inverse, source))
        ]
        known = [(atlas.adjacency.position(*side), side) for side in sides]
        there = [(position, side) for position, side in known if position != NOTHING]
        stated = [side for position, side in there if atlas.adjacency.out_stated[position]]
        yield from (stated or [side for _, side in there])[:1]

    def _everything(self) -> Mask:
        """Return every entity, and what has the address of one but nobody introduces: an edge may lead to it."""
        references = self.index.atlas.references
        return np.fromiter(("/" not in one for one in references), dtype=bool, count=len(references))

    def _fitting(self, filter_: Filter) -> Mask:
        index = self.index
        return Chooser(index.atlas, index.vocabulary, index.catalogue).choose(filter_)

    def _job(self, part: Part, title: str, *, is_whole: bool = False, is_counted: bool = False) -> ExportJob:
        derived = self.index.derived
        records = derived.records_folder
        return ExportJob(
            format=self.form.name,
            title=title,
            folder=str(derived.portraits.resolve()),
            records=str(records.resolve()) if records else None,
            are_restated=packed(derived.are_restated),
            legend=Legend.of(self.index.vocabulary, self.index.iris, self.language),
            part=part,
            prefixes=dict(self.index.prefixes),
            is_whole=is_whole,
            is_counted=is_counted,
        )
