"""The graphs of a candidate, kept in step with its documents: what each states, what follows, and the merge of all.

Every change is booked by its difference, so the work is in proportion to it; the first documents of a new store are
written without looking back, for there is nothing to look at.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from graph import inference, terms, triples
from graph.documents import Document, Status
from graph.engine.embedded import Draft, stored_triple
from graph.validation import Change
from graph.workshop import Workshop

# How many quads of a new store are gathered before they are written: about 200 MB.
MOST_PENDING: Final = 300_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many triples a document has: those that it states, of its records, of its proposals; how many *open* ones."""

    stated: int = 0
    records: int = 0
    proposals: int = 0
    open: int = 0


class Ledger:
    """Books documents in a draft.

    Attributes:
        change: What came into ``graph/all``, and what went out of it, since the beginning.
        growth: How many quads more each graph has than at the beginning.
        stated_growth: How many triples more are stated, by whatever number of documents.
        touched: The IRIs of all of which something else is said than at the beginning, by whatever document or rule;
            of a new store nobody asks.
        restated: Those of which the records are not as at the beginning: what is said may be the same.
        class_growth, property_growth: How many things more there are of each class in ``graph/all``, and how many
            triples more with each property.
    """

    def __init__(self, draft: Draft, workshop: Workshop, *, is_new: bool) -> None:
        """Begin; a new store is given the ontology."""
        self._draft = draft
        self._workshop = workshop
        self._iris = workshop.iris
        self._all = self._iris.graph("all")
        self._about = self._iris.graph("documents")
        self._ontology = frozenset(workshop.vocabulary.triples)
        self._is_new = is_new
        self._pending: list[Quad] = []
        # Whether a triple was stated before the documents booked since the last settling.
        self._before: dict[Triple, bool] = {}
        self._withdrawn: set[Triple] = set()
        self.change = Change(set(), set())
        self._recent = Change(set(), set(), rest=self._ontology if is_new else None)
        self.growth: Counter[str] = Counter()
        self.stated_growth = 0
        self.class_growth: Counter[str] = Counter()
        self.property_growth: Counter[str] = Counter()
        self.touched: set[str] = set()
        self.restated: set[str] = set()
        if is_new:
            ontology = self._iris.graph("ontology")
            self._write(ontology, added=self._ontology)
            self._write(self._all, added=self._ontology)
            self._count(self._ontology, 1)

    # --- reading

    def lookup(self, subject: Any, predicate: Any, object_: Any) -> list[Triple]:
        """Return the triples of ``graph/all`` that match; ``None`` stands for anything."""
        return [quad.triple for quad in self._draft.quads(subject, predicate, object_, self._all)]

    def is_introduced(self, iri: NamedNode) -> bool:
        """Return whether any document says what *iri* is."""
        return bool(self._draft.quads(iri, terms.TYPE, None, self._all))

    def name(self, iri: NamedNode, *, of: str) -> str:
        """Return what the document *of* calls *iri*, or an empty text."""
        found = self._draft.quads(iri, terms.NAME, None, self._iris.document(of))
        return next((quad.object.value for quad in found if isinstance(quad.object, Literal)), "")

    def line(self, slug: str, triple: Triple) -> int:
        """Return the line of the document *slug* on which *triple* is written, 0 where that is not known."""
        graph = self._iris.provenance(slug)
        lines = [
            int(quad.object.value)  # type: ignore[union-attr]
            for record in self._draft.quads(None, terms.EDGE, self._iris.edge(triple), graph)
            for quad in self._draft.quads(record.subject, terms.WRITTEN_LINE, None, graph)
        ]
        return min(lines, default=0)

    def spellings(self) -> dict[str, str]:
        """Return the slug for each slug, name and other spelling of an entity; it reads all of them."""
        found: dict[str, str] = {}
        for predicate in (terms.TYPE, terms.NAME, terms.SPELLING):
            for triple in self.lookup(None, predicate, None):
                iri = getattr(triple.subject, "value", "")
                if self._iris.is_entity(iri):
                    slug = self._iris.reference(iri)
                    found.setdefault(
                        slug if predicate == terms.TYPE else str(getattr(triple.object, "value", "")), slug
                    )
        return found

    def said_of(self, slug: str, predicates: Iterable[NamedNode]) -> set[Triple]:
        """Return the triples that the document *slug* states with one of *predicates*."""
        graph = self._iris.document(slug)
        return {quad.triple for predicate in predicates for quad in self._draft.quads(None, predicate, None, graph)}

    def documents_with(self, subject: Any, predicate: Any = None, object_: Any = None) -> Iterator[tuple[str, Triple]]:
        """Yield each triple that matches, with the slug of the document that states it."""
        for quad in self._draft.quads(subject, predicate, object_):
            slug = self._iris.document_of(quad.graph_name)
            if slug:
                yield slug, quad.triple

    def take_recent(self) -> Change:
        """Return what came and went since this was asked last."""
        recent = self._recent
        self._recent = Change(set(), set())
        return recent

    # --- booking

    def put(self, document: Document, status: Status) -> Sizes:
        """Book *document* in place of what it said before; return how many triples each of its graphs has."""
        slug = document.origin.slug
        stated = {stored_triple(triple) for triple in triples.stated(document)}
        records = {stored_triple(triple) for triple in triples.records(document, self._iris)}
        proposals = {stored_triple(triple) for triple in triples.proposals(document, self._iris)}
        self._replace(slug, stated, set(triples.about(document, self._iris, status)), records)
        self._replace_proposals(slug, proposals)
        waiting = sum(1 for triple in proposals if triple.object == terms.PROPOSAL)
        return Sizes(len(stated), len(records), len(proposals), waiting)

    def drop(self, slug: str) -> None:
        """Book that there is no document *slug* any more."""
        self._replace(slug, set(), set(), set())
        self._replace_proposals(slug, set())

    def settle(self) -> None:
        """Bring what follows, and the merge of all, in step with what was booked."""
        was_new = self._is_new
        self._flush()
        after = {triple: triple not in self._withdrawn or self._is_stated(triple) for triple in self._before}
        stated = [triple for triple, now in after.items() if now and not self._before[triple]]
        withdrawn = {triple for triple, now in after.items() if not now and self._before[triple]}
        self.stated_growth += len(stated) - len(withdrawn)
        self._enter([triple for triple in stated if not self._is_in_all(triple)])
        self._infer(stated, withdrawn, after)
        self._before.clear()
        self._withdrawn.clear()
        self._is_new = False
        if was_new:
            self._draft.optimize()  # many small files, one for each time quads were gathered, are slow to read

    def _replace(self, slug: str, stated: set[Triple], about: set[Triple], records: set[Triple]) -> None:
        document = self._iris.document(slug)
        for graph, new, subject in (
            (document, stated, None),
            (self._about, about, document),
            (self._iris.provenance(slug), records, None),
        ):
            old = set() if self._is_new else {quad.triple for quad in self._draft.quads(subject, None, None, graph)}
            removed, added = old - new, new - old
            if graph != self._iris.provenance(slug):
                self._note(added, removed)
                self._touch(added | removed)
            elif not self._is_new:
                self.touched |= {iri for iri, _ in _bases(removed) ^ _bases(added)}
                # A record says anew who accepted it, when, or in which section, and its ends stay as they are.
                restated = {triple.subject for triple in chain(removed, added)}
                self.restated.update(_spoken_of(chain(old, added), restated))
            self._write(graph, removed=removed, added=added)

    def _replace_proposals(self, slug: str, new: set[Triple]) -> None:
        """Book what a document proposes: nothing follows from it, and nobody else is told."""
        graph = self._iris.proposals(slug)
        old = set() if self._is_new else {quad.triple for quad in self._draft.quads(None, None, None, graph)}
        self._write(graph, removed=old - new, added=new - old)

    def _note(self, added: Iterable[Triple], removed: Collection[Triple]) -> None:
        for triple in (*added, *removed):
            if triple not in self._before:
                self._before[triple] = not self._is_new and self._is_stated(triple)
        self._withdrawn.update(removed)

    def _touch(self, changed: Iterable[Triple]) -> None:
        if not self._is_new:
            ends = (end for triple in changed for end in (triple.subject, triple.object))
            self.touched.update(end.value for end in ends if isinstance(end, NamedNode))

    def _is_stated(self, triple: Triple) -> bool:
        found = self._draft.quads(triple.subject, triple.predicate, triple.object)
        return any(quad.graph_name == self._about or self._iris.document_of(quad.graph_name) for quad in found)

    def _is_in_all(self, triple: Triple) -> bool:
        return triple in self._ontology if self._is_new else self._draft.holds(triple, self._all)

    def _infer(self, stated: list[Triple], withdrawn: set[Triple], after: dict[Triple, bool]) -> None:
        rules = self._workshop.rules
        if self._is_new:
            old, new = set(), set(inference.infer(stated, rules))
        else:
            involved = inference.related((*stated, *withdrawn), rules, self.lookup)
            now = {triple for triple in involved if (after[triple] if triple in after else self._is_stated(triple))}
            earlier = {triple for triple in involved if self._before.get(triple, triple in now)}
            old, new = set(inference.infer(earlier, rules)), set(inference.infer(now, rules))
        self._book_inferences(old, new)
        concluded, dropped = {one.triple for one in new}, {one.triple for one in old}
        self._enter([one for one in concluded - dropped if not self._is_in_all(one)])
        self._leave(
            triple
            for triple in withdrawn | dropped - concluded
            if triple not in concluded and triple not in self._ontology and not self._is_stated(triple)
        )
        self._flush()

    def _book_inferences(self, old: set[inference.Inference], new: set[inference.Inference]) -> None:
        concluded, dropped = {one.triple for one in new}, {one.triple for one in old}
        self._touch(concluded ^ dropped)
        self._write(self._iris.graph("inferred"), removed=dropped - concluded, added=concluded - dropped)
        records = self._iris.graph("inferred/provenance")
        removed = set(inference.records(old - new, self._iris))
        for one in new - old:
            self._write(records, added=set(inference.records((one,), self._iris)))
        self._write(records, removed=removed)

    def _enter(self, came: Collection[Triple]) -> None:
        """Put *came* into the merge of all."""
        self._write(self._all, added=came)
        self._count(came, 1)
        for change in (self.change, self._recent):
            change.came.update(triple for triple in came if triple not in change.gone)
            change.gone.difference_update(came)

    def _leave(self, triples_: Iterable[Triple]) -> None:
        """Take *triples_* out of the merge of all."""
        gone = set(triples_)
        self._write(self._all, removed=gone)
        self._count(gone, -1)
        for change in (self.change, self._recent):
            change.gone.update(triple for triple in gone if triple not in change.came)
            change.came.difference_update(gone)

    def _count(self, changed: Iterable[Triple], by: int) -> None:
        for triple in changed:
            self.property_growth[triple.predicate.value] += by
            if triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode):
                self.class_growth[triple.object.value] += by

    def _write(self, graph: NamedNode, *, removed: Collection[Triple] = (), added: Collection[Triple] = ()) -> None:
        self.growth[graph.value] += len(added) - len(removed)
        if removed:
            self._flush()
            self._draft.change(removed=_quads(removed, graph))
        self._pending += _quads(added, graph)
        if not self._is_new or len(self._pending) > MOST_PENDING:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._draft.change(added=self._pending)
            self._pending = []


def _spoken_of(records: Iterable[Triple], restated: Collection[Any]) -> Iterator[str]:
    """Yield the IRIs that those of the *records* are about which are *restated*."""
    ends = (terms.SUBJECT, terms.OBJECT)
    for triple in records if restated else ():
        if triple.predicate in ends and triple.subject in restated and isinstance(triple.object, NamedNode):
            yield triple.object.value


def _bases(records: Iterable[Triple]) -> set[tuple[str, str]]:
    """Return of what statements are made, with how each was read; what has no name is left out."""
    facts: dict[Any, dict[NamedNode, str]] = {}
    for triple in records:
        if triple.predicate in (terms.SUBJECT, terms.BASIS) and isinstance(triple.object, NamedNode):
            facts.setdefault(triple.subject, {})[triple.predicate] = triple.object.value
    return {(fact[terms.SUBJECT], fact.get(terms.BASIS, "")) for fact in facts.values() if terms.SUBJECT in fact}


def _quads(found: Iterable[Triple], graph: NamedNode) -> list[Quad]:
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in found]
