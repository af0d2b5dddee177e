"""What documents propose and nobody has decided: in the order of their lines, each with why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from graph import terms
from graph.catalogue import Catalogue, Summary
from graph.engine.embedded import Reader
from graph.vocabulary import local_name

TYPE: Final = "type"
OPINION: Final = "opinion"
QUESTION: Final = "question"
# What a part of an entity is told as, by the predicate that leads to it, with where its words stand.
PARTS: Final = {terms.HAS_OPINION: (OPINION, terms.WORDS), terms.HAS_QUESTION: (QUESTION, terms.LABEL)}
Facts = Mapping[NamedNode, NamedNode | Literal]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A statement to be, and why it is proposed.

    Attributes:
        id: That of the edge it would be.
        relation: The key of the relation or the attribute, ``type``, ``question``, or the polarity of an opinion.
        object: What it would lead to, where that is an entity; else *value* is what it would say.
        line: The line of the text that was read; *written_line* that of the document's own file.
        confidence: From 0 to 1.
    """

    id: str
    document: str
    name: str
    subject: Summary
    relation: str
    object: Summary | None
    value: str | None
    section: str | None
    heading: str | None
    line: int
    written_line: int
    basis: str
    words: str | None
    confidence: float
    reason: str | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A part of a list of proposals, and how many there are in all."""

    total: int
    items: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Finds the proposals of a generation."""

    reader: Reader
    catalogue: Catalogue
    language: str = ""

    def page(self, counts: Mapping[str, int], *, limit: int, offset: int = 0) -> ProposalPage:
        """Return the proposals of some documents.

        Args:
            counts: How many each has, by its slug.
        """
        found: list[Proposal] = []
        start, end = offset, offset + limit
        for slug, count in sorted(counts.items()):
            if start < count and end > 0:
                numbers = slice(max(start, 0), end)
                found += (self._told(one, slug) for one in self._in_order(slug)[numbers])
            start, end = start - count, end - count
        return ProposalPage(sum(counts.values()), tuple(found))

    def _in_order(self, slug: str) -> list[NamedNode]:
        """Return the IRIs of the proposals of a document, by their lines."""
        graph = self.catalogue.iris.proposals(slug)
        kinds = (quad for batch in self.reader.batches(graph, terms.TYPE) for quad in batch)
        lines: dict[object, list[int]] = {quad.subject: [] for quad in kinds if quad.object == terms.PROPOSAL}
        for predicate in (terms.LINE, terms.WRITTEN_LINE):
            for quad in (quad for batch in self.reader.batches(graph, predicate) for quad in batch):
                lines[quad.subject].append(int(getattr(quad.object, "value", 0)))
        found = (one for one in lines if isinstance(one, NamedNode))
        return sorted(found, key=lambda one: (lines[one], one.value))

    def _told(self, iri: NamedNode, slug: str) -> Proposal:
        graph = self.catalogue.iris.proposals(slug)
        facts = dict(_facts(self.reader.quads(iri, None, None, graph)))
        subject, predicate = facts[terms.PROPOSED_SUBJECT], facts[terms.PROPOSED_PREDICATE]
        section = facts.get(terms.STATED_IN_SECTION)
        assert isinstance(predicate, NamedNode)
        relation, object_, value = self._said(predicate, facts[terms.PROPOSED_OBJECT], graph)
        return Proposal(
            id=local_name(facts[terms.PROPOSED_EDGE].value),
            document=slug,
            name=self.catalogue.summary(self.catalogue.iris.document(slug).value).name,
            subject=self._summary(subject, graph),
            relation=relation,
            object=object_,
            value=value,
            section=local_name(section.value) if section else None,
            heading=self.catalogue.summary(section.value).name if section else None,
            line=int(facts[terms.LINE].value),
            written_line=int(facts[terms.WRITTEN_LINE].value),
            basis=local_name(facts[terms.BASIS].value),
            words=_text(facts, terms.WORDS),
            confidence=float(facts[terms.CONFIDENCE].value),
            reason=_text(facts, terms.REASON),
            rule=_text(facts, terms.PROPOSED_BY),
        )

    def _said(
        self, predicate: NamedNode, value: NamedNode | Literal, graph: NamedNode
    ) -> tuple[str, Summary | None, str | None]:
        """Return the key, and what it leads to or else says."""
        vocabulary = self.catalogue.vocabulary
        relation = vocabulary.relation_of(predicate.value)
        if relation is not None:
            return relation.key, self._summary(value, graph), None
        if predicate in PARTS:
            kind, words = PARTS[predicate]
            facts = list(_facts(self.reader.quads(value, None, None, graph)))
            texts = {getattr(text, "language", None) or "": text.value for one, text in facts if one == words}
            polarity = dict(facts).get(terms.POLARITY)
            keys = {iri: key for key, iri in vocabulary.polarities.items()}
            return keys.get(polarity.value, kind) if polarity else kind, None, vocabulary.text(texts, self.language)
        attribute = vocabulary.attribute_of(predicate.value)
        known = vocabulary.class_of(value.value) if predicate == terms.TYPE else None
        return attribute.key if attribute else TYPE, None, known.key if known else value.value

    def _summary(self, node: NamedNode | Literal, graph: NamedNode) -> Summary:
        """Return what is known of *node*, or is proposed to be."""
        known = self.catalogue.summary(node.value)
        if known.type:
            return known
        names = sorted(quad.object.value for quad in self.reader.quads(node, terms.NAME, None, graph))  # type: ignore[union-attr]
        return Summary(known.slug, names[0] if names else known.name, "")


def _facts(quads: Iterable[Quad]) -> Iterator[tuple[NamedNode, NamedNode | Literal]]:
    return ((quad.predicate, quad.object) for quad in quads if isinstance(quad.object, NamedNode | Literal))


def _text(facts: Facts, predicate: NamedNode) -> str | None:
    value = facts.get(predicate)
    return value.value if value is not None else None
