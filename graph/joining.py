"""Which things of other people's data are ones that other documents introduce; pure.

What says so is, from strong to weak: a decision of an author, the name, another spelling, an address that tells things
apart.  Only things of a kin are joined: those below one of the broadest classes.  What is not clear is left open.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import Document, Join, Place, Problem, Severity, Statement
from graph.iris import Iris
from graph.nearness import folded
from graph.vocabulary import Class, Vocabulary

OPEN: Final = "join-open"
DECISION, NAME, SPELLING, APART = "decision", "name", "spelling", "apart"
INTRODUCING: Final = frozenset({terms.NAME, terms.LABEL})


@dataclass(slots=True)
class Identity:
    """What is said of a thing that tells it from others.

    Attributes:
        addresses: The plain form of each, with the key of its attribute.
        same, apart: The IRIs of the items that an author says it is, or is not.
    """

    slug: str
    types: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    same: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    place: Place = field(default_factory=lambda: Place(""))


@dataclass(frozen=True, slots=True)
class Clue:
    """Why an item may be a known thing; the lowest *rank* is the strongest."""

    rank: int
    known: str
    by: str
    value: str


def identity_predicates(vocabulary: Vocabulary) -> frozenset[NamedNode]:
    """Return the predicates that tell things from others."""
    fixed = {terms.TYPE, terms.NAME, terms.SPELLING, terms.SAME, terms.APART}
    return frozenset(fixed | {NamedNode(one.iri) for one in vocabulary.attributes.values() if one.identifies})


def plain_address(address: str) -> str:
    """Return *address* without what makes no difference.

    >>> plain_address("HTTP://www.GitHub.com/rook/rook.git/"), plain_address("https://rook.io")
    ('github.com/rook/rook', 'rook.io')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    host = parts.netloc.casefold().removeprefix("www.").removesuffix(":443").removesuffix(":80")
    path = parts.path.rstrip("/").casefold().removesuffix(".git").rstrip("/")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def identities(triples: Iterable[tuple[Triple, Place]], vocabulary: Vocabulary, iris: Iris) -> dict[str, Identity]:
    """Return what *triples* say that tells things from others, by slug, each with its first place."""
    keys = {one.iri: one.key for one in vocabulary.attributes.values() if one.identifies}
    found: dict[str, Identity] = {}
    for triple, place in triples:
        if not isinstance(triple.subject, NamedNode) or not iris.is_entity(triple.subject.value):
            continue
        predicate, value = triple.predicate, triple.object
        text = str(getattr(value, "value", ""))
        slug = iris.reference(triple.subject.value)
        one = found.setdefault(slug, Identity(slug, place=place))
        if predicate == terms.TYPE:
            one.types.add(text)
        elif predicate == terms.NAME:
            one.names.setdefault(folded(text) or text, text)
            one.place = place
        elif predicate == terms.SPELLING:
            one.spellings.setdefault(folded(text) or text, text)
        elif predicate in (terms.SAME, terms.APART):
            (one.same if predicate == terms.SAME else one.apart).add(text)
        elif predicate.value in keys:
            one.addresses.setdefault((keys[predicate.value], plain_address(text)), text)
    return found


def of_document(document: Document, vocabulary: Vocabulary, iris: Iris) -> dict[str, Identity]:
    """Return what *document* says that tells things from others."""
    wanted = identity_predicates(vocabulary)
    stated = ((one.triple, one.written) for one in document.statements if one.triple.predicate in wanted)
    return identities(stated, vocabulary, iris)


class Known:
    """The things that other documents introduce, by what tells them apart."""

    def __init__(self, things: Iterable[Identity], vocabulary: Vocabulary) -> None:
        self.by_slug: dict[str, Identity] = {}
        for thing in things:
            self._add(thing)
        self._vocabulary = vocabulary
        self._slugs: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for one in self.by_slug.values():
            if one.types:
                self._index(one)

    def _add(self, thing: Identity) -> None:
        one = self.by_slug.setdefault(thing.slug, Identity(thing.slug))
        for name in ("types", "same", "apart"):
            getattr(one, name).update(getattr(thing, name))
        for name in ("names", "spellings", "addresses"):
            for key, value in getattr(thing, name).items():
                getattr(one, name)[key] = min(value, getattr(one, name).get(key, value))

    def _index(self, one: Identity) -> None:
        for name in one.names:
            self._slugs[NAME, name][one.slug] = one.names[name]
        self._slugs[SPELLING, folded(one.slug)][one.slug] = one.slug
        for name in one.spellings:
            self._slugs[SPELLING, name][one.slug] = one.spellings[name]
        for (key, address), text in one.addresses.items():
            self._slugs[key, address][one.slug] = text
        for item in one.same:
            self._slugs[DECISION, item][one.slug] = "same"

    def clues(self, own: Identity, item: str) -> list[Clue]:
        """Return why *own* may be a known thing, the strongest reason for each."""
        asked = [
            (0, DECISION, item, DECISION),
            *((1, NAME, name, NAME) for name in own.names),
            *((2, SPELLING, name, SPELLING) for name in own.names),
            *((2, kind, name, SPELLING) for name in own.spellings for kind in (NAME, SPELLING)),
            *((3, key, address, key) for key, address in own.addresses),
        ]
        best: dict[str, Clue] = {}
        for rank, kind, value, by in asked:
            for slug, text in self._slugs.get((kind, value), {}).items():
                known = self.by_slug[slug]
                if item in known.apart or (rank and not self.are_kin(own, known)):
                    continue
                clue = Clue(rank, slug, by, text)
                best[slug] = min(best.get(slug, clue), clue, key=lambda one: (one.rank, one.by, one.value))
        return sorted(best.values(), key=lambda one: (one.rank, one.known))

    def are_kin(self, own: Identity, known: Identity) -> bool:
        """Return whether two things may be one: whether a broad class holds both."""
        ours, theirs = self._broadest(own.types), self._broadest(known.types)
        return not ours or not theirs or not ours.isdisjoint(theirs)

    def _broadest(self, types: Iterable[str]) -> set[str]:
        found = set()
        for iri in types:
            kind = self._vocabulary.class_of(iri)
            for one in (kind, *map(self._vocabulary.class_of, kind.wider)) if kind else ():
                if one is not None and terms.ENTITY.value in one.parents:
                    found.add(one.iri)
        return found

    def is_narrower(self, own: Identity, known: Identity) -> bool:
        """Return whether *own* says more closely what the thing is."""
        kinds: list[Class] = [kind for iri in own.types if (kind := self._vocabulary.class_of(iri))]
        theirs = {iri for iri in known.types if self._vocabulary.class_of(iri)}
        return bool(kinds) and bool(theirs) and all(theirs <= kind.wider for kind in kinds)


@dataclass(frozen=True, slots=True)
class Decided:
    """The joins of some documents, by slug, and what was left open, by the path of the document."""

    joins: Mapping[str, Join]
    problems: Mapping[str, tuple[Problem, ...]]


def decide(documents: Mapping[str, Document], known: Known, vocabulary: Vocabulary, iris: Iris) -> Decided:
    """Return which things of *documents*, all of them other people's data, are joined to *known* ones.

    Args:
        documents: By path.
    """
    owned: dict[str, tuple[Identity, str]] = {}
    unjoined: set[str] = set()
    for _, document in sorted(documents.items()):
        unjoined |= document.unjoined
        for slug, one in of_document(document, vocabulary, iris).items():
            if one.types:
                owned.setdefault(slug, (one, document.origin.slug))
    clues = {
        slug: known.clues(one, iris.item(document, slug).value)
        for slug, (one, document) in owned.items()
        if slug not in unjoined
    }
    chosen, unclear = _chosen(clues)
    return _decided(owned, chosen, unclear, known)


def _chosen(clues: Mapping[str, list[Clue]]) -> tuple[dict[str, Clue], dict[str, list[Clue]]]:
    """Return the clue to follow for each thing that may be a known one, and the clues of those where none is clear."""
    chosen: dict[str, Clue] = {}
    unclear: dict[str, list[Clue]] = {}
    rivals: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for slug, found in clues.items():
        certain = [clue for clue in found if clue.rank == found[0].rank <= 1]
        if len(certain) == 1 or len(found) == 1:
            chosen[slug] = found[0]
            rivals[found[0].known].append((found[0].rank, slug))
        elif found:
            unclear[slug] = found
    for some in rivals.values():
        best = min(rank for rank, _ in some)
        is_tied = best > 0 and [rank for rank, _ in some].count(best) > 1
        for rank, slug in some:
            if rank > best:
                del chosen[slug]  # a stronger clue says that another thing is the known one
            elif is_tied:
                unclear[slug] = [chosen.pop(slug)]
    return chosen, unclear


def _decided(
    owned: Mapping[str, tuple[Identity, str]],
    chosen: Mapping[str, Clue],
    unclear: Mapping[str, list[Clue]],
    known: Known,
) -> Decided:
    joins: dict[str, Join] = {}
    problems: dict[str, list[Problem]] = defaultdict(list)
    for slug, (one, document) in owned.items():
        name = next(iter(one.names.values()), slug)
        if slug in chosen:
            clue = chosen[slug]
            drops = not known.is_narrower(one, known.by_slug[clue.known])
            joins[slug] = Join(slug, clue.known, name, clue.by, clue.value, one.place.line, drops)
            if clue.rank > 1:
                problems[one.place.path].append(_joined(one, name, clue))
            continue
        if slug in unclear:
            problems[one.place.path].append(_open(one, name, f"{document}/{slug}", unclear[slug]))
        if slug in known.by_slug and known.by_slug[slug].types:
            joins[slug] = Join(slug, f"{slug}.{document}", name, APART, "", one.place.line, drops_type=False)
    return Decided(joins, {path: tuple(found) for path, found in problems.items()})


def _joined(one: Identity, name: str, clue: Clue) -> Problem:
    return Problem(
        Severity.INFO,
        one.place,
        "joined",
        f"this is taken to be “{clue.known}”, by its {clue.by}: {clue.value}.",
        entity=name,
        entry="name",
        fix=f"If it is another thing, write “apart:” below “{clue.known}:” in a document of your own.",
    )


def _open(one: Identity, name: str, item: str, clues: list[Clue]) -> Problem:
    candidates = ", ".join(f"“{clue.known}” ({clue.by}: {clue.value})" for clue in clues[:5])
    shared = " as others of this data may" if len(clues) == 1 else ""
    return Problem(
        Severity.WARNING,
        one.place,
        OPEN,
        f"this may be {candidates}{shared}; it was joined to none.",
        entity=name,
        entry="name",
        suggestions=tuple(clue.known for clue in clues[:3]),
        fix=f"In a document of yours, write “same: [{item}]” below the one it is, or “apart: [{item}]” below each.",
    )


def joined(document: Document, joins: Iterable[Join], iris: Iris) -> Document:
    """Return *document* with its things under the slugs of those that they are joined to."""
    renamed = {iris.entity(one.own): one for one in joins}
    touched: dict[str, Join] = {}

    def moved(node: object) -> object:
        join = renamed.get(node) if isinstance(node, NamedNode) else None
        if join is None:
            return node
        touched[join.own] = join
        return iris.entity(join.known)

    statements = []
    for statement in document.statements:
        triple = statement.triple
        join = renamed.get(triple.subject) if isinstance(triple.subject, NamedNode) else None
        subject, value = moved(triple.subject), moved(triple.object)
        if join is not None and join.by != APART:
            one = _of_joined(statement, join)
            if one is None:
                continue
            statement = one
        instead = tuple(moved(one) for one in statement.instead)
        triple = Triple(subject, statement.triple.predicate, value)  # type: ignore[arg-type]
        statements.append(replace(statement, triple=triple, instead=instead))  # type: ignore[arg-type]
    return replace(document, statements=tuple(statements), joins=tuple(touched[own] for own in sorted(touched)))


def _of_joined(statement: Statement, join: Join) -> Statement | None:
    """Return what is left of a statement about a thing that another document introduces."""
    triple = statement.triple
    if triple.predicate == terms.TYPE and join.drops_type:
        return None
    if triple.predicate == terms.NAME and isinstance(triple.object, Literal):
        if triple.object.value == join.value and join.by == NAME:
            return None
        return replace(statement, triple=Triple(triple.subject, terms.SPELLING, Literal(triple.object.value)))
    return None if triple.predicate == terms.LABEL else statement
