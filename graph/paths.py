"""How two entities are connected: which ways are wanted, and each way in words, with who states every step of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from pyoxigraph import NamedNode, Triple

from graph.atlas import Atlas
from graph.catalogue import Catalogue, Summary
from graph.engine.embedded import Reader
from graph.errors import ParameterError
from graph.iris import edge_id
from graph.relations import Derivation, Edge, Source, find_edges
from graph.vocabulary import Relation, Vocabulary
from graph.walks import ALL, SEVERAL, SHORTEST, Walk, Ways

MOST_STEPS: Final = 12
MOST_WAYS: Final = 50
REASONS: Final = {
    "time": "the time was over; there may be more. Ask for a shorter length, fewer relations, or with a longer timeout",
    "length": "there may be longer ones than the length asked for",
    "count": "there are more than were asked for",
}


class Find(StrEnum):
    """Which paths are wanted: one that is shortest, all that are, or the shortest and the next ones."""

    SHORTEST = SHORTEST
    ALL = ALL
    SEVERAL = SEVERAL


class Along(StrEnum):
    """Whether relations are followed either way, or only as they read from one entity to the next."""

    EITHER = "either"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """What is asked.

    Attributes:
        relations: Only these and narrower ones are followed; without any, all are.
        avoided: References of entities that no path leads through.
        inferred: Whether edges that no document states may be followed.
        seconds: After which time what was found is the answer.
    """

    source: str
    target: str
    find: Find = Find.SHORTEST
    along: Along = Along.EITHER
    relations: tuple[Relation, ...] = ()
    avoided: tuple[str, ...] = ()
    inferred: bool = False
    most_steps: int = 6
    most_paths: int = 10
    seconds: float = 2.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the relations that lead from an entity of a path to the next, told in that direction.

    Attributes:
        relation: The key of the relation as it reads from the entity before; *label* is what it is called.
        edge: The id of the edge; ``/api/why`` tells more of it.
    """

    relation: str
    label: str
    sentence: str
    edge: str
    inferred: bool
    sources: tuple[Source, ...]
    derivations: tuple[Derivation, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A path: between two entities in a row stand the *steps* that connect them, the most telling first."""

    length: int
    entities: tuple[Summary, ...]
    steps: tuple[tuple[Step, ...], ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths between two entities, the shortest first.

    Attributes:
        complete: Whether these are all that were asked for.
        reached: What cut the search short: ``time``, ``length``, ``count``; empty where nothing did.
        explanation: The same in words.
    """

    source: Summary
    target: Summary
    find: Find
    paths: tuple[Path, ...]
    complete: bool
    reached: str
    explanation: str


def plan(question: PathQuestion, atlas: Atlas, vocabulary: Vocabulary) -> Walk:
    """Return the walk that answers *question*.

    Raises:
        ParameterError: Both ends are one, or one of them is to be avoided.
    """
    if question.source == question.target:
        raise ParameterError("to", question.target, "this is where the path begins; name another entity.")
    for end in (question.source, question.target):
        if end in question.avoided:
            raise ParameterError("avoid", end, "a path cannot avoid its own end.")
    along, against = _followed(question, vocabulary)
    numbers = {key: number for number, key in enumerate(atlas.relations)}
    return Walk(
        source=atlas.number(question.source),
        target=atlas.number(question.target),
        find=question.find.value,
        forwards=tuple(sorted(numbers[key] for key in along)),
        backwards=tuple(sorted(numbers[key] for key in against)),
        stated=not question.inferred,
        avoided=tuple(atlas.number(reference) for reference in question.avoided),
        most_steps=question.most_steps,
        most_ways=question.most_paths,
        seconds=question.seconds,
        faint=tuple(sorted(numbers[key] for key in along | against if vocabulary.relations[key].is_of_documents)),
    )


def tell(ways: Ways, question: PathQuestion, atlas: Atlas, reader: Reader, catalogue: Catalogue) -> Paths:
    """Return *ways* in words, each step with who states it."""
    teller = _Teller(question, atlas, reader, catalogue)
    paths = tuple(teller.path(way) for way in ways.ways)
    ends = [catalogue.summary(catalogue.iris.resolve(end).value) for end in (question.source, question.target)]
    is_short = question.find is Find.SHORTEST and bool(paths)
    complete = is_short or not ways.reached or (ways.reached == "length" and question.find is Find.ALL and bool(paths))
    return Paths(
        source=ends[0],
        target=ends[1],
        find=question.find,
        paths=paths,
        complete=complete,
        reached="" if complete else ways.reached,
        explanation=_explanation(ends[0], ends[1], len(paths), "" if complete else ways.reached),
    )


def _explanation(source: Summary, target: Summary, count: int, reached: str) -> str:
    what = f"There are {count} paths" if count > 1 else "There is one path" if count else "There is no path"
    return f"{what} from {source.name} to {target.name}{f': {REASONS[reached]}' if reached else ''}."


def _followed(question: PathQuestion, vocabulary: Vocabulary) -> tuple[set[str], set[str]]:
    """Return the keys of relations that may be followed along edges, and against them."""
    wanted = question.relations or tuple(one for one in vocabulary.relations.values() if one.primary)
    along = [narrow for one in wanted for narrow in vocabulary.narrower_relations(one)]
    forwards = {one.key for one in along}
    backwards = {vocabulary.inverse_of(one).key for one in along}
    if question.along is Along.EITHER:
        return forwards | backwards, forwards | backwards
    return forwards, backwards


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells ways in words."""

    question: PathQuestion
    atlas: Atlas
    reader: Reader
    catalogue: Catalogue

    def path(self, way: Sequence[int]) -> Path:
        """Return a way in words."""
        steps = tuple(self._steps(*pair) for pair in pairwise(way))
        entities = tuple(self.catalogue.summary(self._iri(node).value) for node in way)
        return Path(len(steps), entities, steps, "; ".join(found[0].sentence for found in steps) + ".")

    def _steps(self, node: int, following: int) -> tuple[Step, ...]:
        """Return the relations that lead from *node* to the *following* one: stated ones first, by their keys."""
        here, there = self._iri(node), self._iri(following)
        edges: dict[str, tuple[Relation, bool]] = {}
        along, against = _followed(self.question, self.catalogue.vocabulary)
        for relation in self._between(node, following, along):
            edges[edge_id(Triple(here, NamedNode(relation.iri), there))] = relation, True
        for relation in self._between(following, node, against):
            edges[edge_id(Triple(there, NamedNode(relation.iri), here))] = relation, False
        found = find_edges(edges, self.reader, self.catalogue)
        told = [self._told(edge, *edges[edge.id], here, there) for edge in found.values()]
        return _most_telling(told, self.catalogue.vocabulary)

    def _between(self, node: int, other: int, followed: set[str]) -> Iterable[Relation]:
        """Yield the relations of the edges out of *node* to *other* that may be *followed*."""
        for key in self.atlas.relations_between(node, other, is_stated=not self.question.inferred):
            if key in followed:
                yield self.catalogue.vocabulary.relations[key]

    def _told(self, edge: Edge, written: Relation, is_along: bool, here: NamedNode, there: NamedNode) -> Step:  # noqa: FBT001
        vocabulary, language = self.catalogue.vocabulary, self.question.language
        relation = written if is_along else vocabulary.inverse_of(written)
        names = [self.catalogue.summary(iri.value).name for iri in (here, there)]
        sentence = vocabulary.text(relation.sentences, language)
        return Step(
            relation=relation.key,
            label=vocabulary.text(relation.labels, language),
            sentence=sentence.replace("{subject}", names[0]).replace("{object}", names[1]),
            edge=edge.id,
            inferred=not edge.is_stated,
            sources=edge.sources,
            derivations=edge.derivations,
        )

    def _iri(self, node: int) -> NamedNode:
        return self.catalogue.iris.resolve(self.atlas.references[node])


def _most_telling(steps: Sequence[Step], vocabulary: Vocabulary) -> tuple[Step, ...]:
    """Return *steps* without inferred ones that say less than another, or the same; stated ones first."""
    told = sorted(steps, key=lambda step: (step.inferred, step.relation, step.edge))
    kept: list[Step] = []
    for step in told:
        relation = vocabulary.relations[step.relation]
        is_said = any(relation.iri in vocabulary.relations[other.relation].wider for other in kept)
        if not (step.inferred and is_said):
            kept.append(step)
    narrow = [
        step
        for step in kept
        if not step.inferred
        or not any(
            other is not step and vocabulary.relations[step.relation].iri in vocabulary.relations[other.relation].wider
            for other in kept
        )
    ]
    return tuple(narrow)
