"""What is gathered while a document is read: its statements, each with what holds for it where it stands.

A statement is a fact, or is proposed and waits for someone to accept it, or was rejected and leaves no trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Acceptance, Evidence, Place, Proposed, Statement
from graph.iris import Iris
from graph.nearness import nearest
from graph.sources.yaml_decisions import read_acceptance, read_proposed, read_rejection
from graph.sources.yaml_nodes import About, Nodes, length_of, one_or_many
from graph.vocabulary import Relation, Vocabulary

EVIDENCE_KEYS: Final = ("line", "basis", "words", "proposed", "accepted", "rejected", "vanished")


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for the statements below a node unless they say otherwise."""

    subject: NamedNode
    name: str
    entry: str = ""
    lines: tuple[int, ...] = ()
    basis: NamedNode = terms.WRITTEN
    words: str = ""
    proposed: Proposed | None = None
    acceptance: Acceptance | None = None
    is_rejected: bool = False

    @property
    def about(self) -> About:
        """What is spoken of, in the author's words."""
        return About(self.name, self.entry)

    @property
    def is_open(self) -> bool:
        """Whether it is proposed and nobody has decided."""
        return self.proposed is not None and self.acceptance is None and not self.is_rejected

    def at(self, entry: str) -> "Context":
        """Return the same for a field of it."""
        return replace(self, entry=entry)


@dataclass(slots=True)
class Sheet:
    """Collects the statements of one document.

    Attributes:
        basis: How statements are read that name a line.
        proposals: What is proposed, with what describes it; kept apart from *statements*.
    """

    vocabulary: Vocabulary
    iris: Iris
    nodes: Nodes
    basis: NamedNode = terms.WRITTEN
    statements: list[Statement] = field(default_factory=list)
    proposals: list[Statement] = field(default_factory=list)

    # --- adding

    def state(self, context: Context, predicate: NamedNode, value: NamedNode | Literal, node: yaml.Node) -> None:
        """Add a statement that has a record."""
        self._add(
            context,
            predicate,
            value,
            node,
            Evidence(context.lines, context.basis, context.words, context.acceptance, proposed=context.proposed),
        )

    def describe(
        self, context: Context, predicate: NamedNode, value: NamedNode | Literal, node: yaml.Node | Place
    ) -> None:
        """Add a statement that needs no record: a name, a heading, a part of an opinion."""
        self._add(context, predicate, value, node, None)

    def describe_texts(self, node: yaml.Node | None, predicate: NamedNode, context: Context) -> None:
        """Add texts by their languages."""
        for language, text in self.nodes.texts(node, context.about).items():
            if node is not None:
                self.describe(context, predicate, literal(text, language), node)

    def _add(
        self,
        context: Context,
        predicate: NamedNode,
        value: NamedNode | Literal,
        node: yaml.Node | Place,
        evidence: Evidence | None,
    ) -> None:
        if context.is_rejected:
            return
        triple = Triple(context.subject, predicate, value)
        if isinstance(node, Place):
            statement = Statement(triple, node, context.entry, evidence)
        else:
            statement = Statement(triple, self.nodes.place(node), context.entry, evidence, length=length_of(node))
        (self.proposals if context.is_open else self.statements).append(statement)

    # --- what holds where

    def evidence(self, values: Mapping[str, yaml.Node], context: Context) -> Context:
        """Return *context* with what *values* say of line, basis, words, and of what was decided.

        A statement with a line of its own is stated there unless it says otherwise; one that is proposed needs an
        acceptance of its own.
        """
        about = context.about
        if "line" in values:
            lines = tuple(line for node in one_or_many(values["line"]) if (line := self.nodes.line(node, about)))
            context = replace(context, lines=lines, basis=self.basis, words="")
        elif "vanished" in values:
            context = replace(context, lines=(), basis=self.basis, words="")
        if "basis" in values:
            context = replace(context, basis=self._basis_at(values["basis"], context))
        if "words" in values:
            context = replace(context, words=self.nodes.text(values["words"], about) or "")
        context = self._decided(values, context)
        if "vanished" in values:
            self._tell_vanished(values["vanished"], context)
        return context

    def _decided(self, values: Mapping[str, yaml.Node], context: Context) -> Context:
        """Return *context* with what *values* say of being proposed, accepted and rejected."""
        about = context.about
        if "proposed" in values:
            context = replace(context, proposed=read_proposed(values["proposed"], self.nodes, about), acceptance=None)
        if "accepted" in values:
            acceptance = read_acceptance(values["accepted"], self.nodes, about)
            context = replace(context, acceptance=acceptance, is_rejected=False)
        if "rejected" in values:
            context = replace(context, is_rejected=read_rejection(values["rejected"], self.nodes, about))
        if "accepted" in values and "rejected" in values:
            message = "it is accepted and rejected."
            self.nodes.complain(values["rejected"], "decided-twice", message, about, fix="Keep one of the two.")
        return context

    def _tell_vanished(self, node: yaml.Node, context: Context) -> None:
        for one in one_or_many(node):
            line = self.nodes.number(one, context.about)
            if line and not context.is_rejected:
                message = f"the source does not say this any more; it stood on line {line}."
                fix = "Remove it, or write “line:” with the line that says it now."
                self.nodes.remark(one, "line-vanished", message, context.about, fix=fix)

    def _basis_at(self, node: yaml.Node, context: Context) -> NamedNode:
        name = self.nodes.text(node, context.about) or ""
        if name in self.vocabulary.bases:
            return NamedNode(self.vocabulary.bases[name])
        self.nodes.complain(
            node,
            "basis-unknown",
            f"there is no basis “{name[:80]}”.",
            context.at("basis").about,
            suggestions=nearest(name, self.vocabulary.bases),
            fix=f"Use one of {', '.join(self.vocabulary.bases)}.",
        )
        return context.basis

    # --- relations, of entities and of the document itself

    def read_relations(self, node: yaml.Node | None, context: Context) -> None:
        """Read a list of relations, each with its evidence."""
        for item in self.nodes.sequence(node, context.about):
            if not isinstance(item, yaml.MappingNode):
                self.nodes.items(item, context.about)
                continue
            items = self.nodes.items(item, context.about)
            named = [(key, value) for key, value in items if key.value not in EVIDENCE_KEYS]
            if len(named) == 1:
                evidence = {key.value: value for key, value in items if key.value in EVIDENCE_KEYS}
                self._read_relation(*named[0], self.evidence(evidence, context))
                continue
            message = f"an item has one relation, and this one has {len(named)}."
            fix = "Write “- {relation: target, line: …}”, one item for each relation."
            self.nodes.complain(item, "relation-shape", message, context.about, fix=fix)

    def _read_relation(self, key: yaml.ScalarNode, value: yaml.Node, context: Context) -> None:
        relation = self.relation(key, context)
        here = context.at(f"relations: {key.value}")
        for target in one_or_many(value):
            slug = self.nodes.reference(target, here.about)
            if relation is not None and slug is not None:
                self.state(here, NamedNode(relation.iri), self.iris.resolve(slug), target)

    def relation(self, key: yaml.ScalarNode, context: Context) -> Relation | None:
        """Return the relation that *key* names, or nothing and a problem."""
        if key.value in self.vocabulary.relations:
            return self.vocabulary.relations[key.value]
        near = nearest(key.value, self.vocabulary.relations)
        fix = "" if near else "`/api/relations` and the ontology list the relations."
        message = f"there is no relation “{key.value[:80]}”."
        self.nodes.complain(key, "relation-unknown", message, context.about, suggestions=near, fix=fix)
        return None


def literal(text: str, language: str) -> Literal:
    """Return a text as a literal, in *language* where that is known."""
    return Literal(text, language=language) if language else Literal(text)
