"""Why an edge holds: who states it, or by which rule it follows from which edge, down to what is stated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pyoxigraph import NamedNode, Triple

from graph.errors import QueryTimeoutError, UnknownStatementError
from graph.iris import edge_id
from graph.relations import Edge, find_edges
from graph.statements import Claims, Statement
from graph.vocabulary import Relation
from graph.walks import SHORTEST, Walk, walk

# After which time the search for a way over several steps is given up; nothing else bounds it.
SECONDS: Final = 2.0
# Rules follow from each other a few times at most; this is far beyond.
DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which an edge follows: the rule, what it says, and the edge that it follows from."""

    rule: str
    words: str
    premise: "Explanation"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a statement holds: its own sources, or reasons; *through* are the steps of a relation over several.

    Attributes:
        text: The same for people, a line each.
    """

    statement: Statement | None
    sentence: str
    reasons: tuple[Reason, ...]
    through: tuple["Explanation", ...]
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the edges of a generation.

    Attributes:
        seconds: How long a way over several steps is looked for.
    """

    claims: Claims
    seconds: float = SECONDS

    def of_edge(self, edge: str) -> Explanation:
        """Return why the edge with that id holds.

        Raises:
            UnknownStatementError: There is none.
        """
        found = self._find((edge,)).get(edge)
        if found is None or self.claims.one(edge) is None:
            raise UnknownStatementError(edge)
        return self._explained(found, 0)

    def of_relation(self, subject: NamedNode, relation: Relation, target: NamedNode) -> Explanation:
        """Return why *subject* has *relation* to *target*, also over several steps where the relation is transitive.

        Raises:
            UnknownStatementError: Nothing says so; it tells what is said of the two.
            QueryTimeoutError: The search for a way over several steps was cut short, so nobody knows.
        """
        edge = edge_id(Triple(subject, NamedNode(relation.iri), target))
        if edge in self._find((edge,)):
            return self.of_edge(edge)
        through = self._through(subject, relation, target) if relation.transitive else ()
        sentence = self._sentence(subject, relation, target)
        if not through:
            raise UnknownStatementError(sentence, self._others(subject, target))
        text = [f"{sentence}, over {len(through)} steps:"]
        text += [f"  {line}" for step in through for line in step.text]
        return Explanation(None, sentence, (), through, tuple(text))

    def _explained(self, edge: Edge, depth: int) -> Explanation:
        statement = self.claims.told(edge)
        reasons = tuple(self._reasons(edge, depth)) if not edge.is_stated else ()
        return Explanation(statement, statement.sentence, reasons, (), tuple(_lines(statement, reasons)))

    def _reasons(self, edge: Edge, depth: int) -> Iterator[Reason]:
        premises = self._find([derivation.premise for derivation in edge.derivations]) if depth < DEEPEST else {}
        for derivation in edge.derivations:
            premise = premises.get(derivation.premise)
            if premise is not None:
                words = self._words(derivation.rule)
                yield Reason(derivation.rule, words, self._explained(premise, depth + 1))

    def _through(self, subject: NamedNode, relation: Relation, target: NamedNode) -> tuple[Explanation, ...]:
        """Return the steps of a shortest way along *relation*; nothing where there is none.

        Raises:
            QueryTimeoutError: The search was cut short.
        """
        atlas, iris = self.claims.atlas, self.claims.catalogue.iris
        ends = [atlas.number(iris.reference(end.value)) for end in (subject, target)]
        if min(ends) < 0 or subject == target:
            return ()
        number, longest = (atlas.relations.index(relation.key),), atlas.node_count
        wanted = Walk(ends[0], ends[1], SHORTEST, number, (), False, (), longest, 1, self.seconds)  # noqa: FBT003
        found = walk(atlas.adjacency, wanted)
        if found.reached and not found.ways:
            raise QueryTimeoutError(self.seconds)
        nodes = [iris.resolve(atlas.references[node]) for way in found.ways for node in way]
        return tuple(
            self.of_edge(edge_id(Triple(here, NamedNode(relation.iri), there))) for here, there in pairwise(nodes)
        )

    def _others(self, subject: NamedNode, target: NamedNode) -> Sequence[str]:
        """Return sentences on the two, either way."""
        atlas, iris = self.claims.atlas, self.claims.catalogue.iris
        numbers = [atlas.number(iris.reference(end.value)) for end in (subject, target)]
        if min(numbers) < 0:
            return ()
        relations = self.claims.catalogue.vocabulary.relations
        along = atlas.relations_between(numbers[0], numbers[1], is_stated=True)
        against = atlas.relations_between(numbers[1], numbers[0], is_stated=True)
        return [self._sentence(subject, relations[key], target) for key in along] + [
            self._sentence(target, relations[key], subject) for key in against
        ]

    def _sentence(self, subject: NamedNode, relation: Relation, target: NamedNode) -> str:
        catalogue = self.claims.catalogue
        text = catalogue.vocabulary.text(relation.sentences, self.claims.language)
        names = [catalogue.summary(end.value).name for end in (subject, target)]
        return text.replace("{subject}", names[0]).replace("{object}", names[1])

    def _words(self, rule: str) -> str:
        return next((one.words for one in self.claims.catalogue.vocabulary.rules if one.name == rule), rule)

    def _find(self, edges: Sequence[str]) -> dict[str, Edge]:
        return find_edges(edges, self.claims.reader, self.claims.catalogue)


def _lines(statement: Statement, reasons: Sequence[Reason]) -> Iterator[str]:
    """Yield the explanation of a statement for people; what something follows from is indented."""
    if statement.sources:
        yield f"{statement.sentence}: {'; '.join(f'{one.document}, line {one.line}' for one in statement.sources)}"
        return
    yield f"{statement.sentence}, because:"
    for reason in reasons:
        yield f"  {reason.words}"
        for line in reason.premise.text:
            yield f"  {line}"
