"""RDF → document: each triple is a statement, with the line on which it ends."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple
from pyoxigraph import parse as parse_rdf

from graph import terms
from graph.characters import CONTROL, cleaned
from graph.documents import Document, Evidence, Origin, Place, Problem, Severity, Statement
from graph.iris import SLUG, Iris, digest
from graph.sources.values import slug_of
from graph.vocabulary import Vocabulary

# An entity made of entities, or a long one named often, turns a small file into a large memory; one that stands for
# a namespace, as editors of ontologies write them, does not.
ENTITY: Final = re.compile(r"""<!ENTITY\s[^>]*?["'](?:[^"']*&[^"']*;|[^"']{300})""")

# So many entities without a slug are told of one file; the others are like them.
MOST_STRANGE: Final = 100


def parse(  # noqa: PLR0913  # what every reader is given, and two facts of this kind
    text: str,
    origin: Origin,
    *,
    rdf_format: RdfFormat,
    vocabulary: Vocabulary,
    iris: Iris,
    are_names_kept: bool = False,
) -> Document:
    """Return the document that *text* holds; what follows a syntax error is not read, and a problem says so.

    Args:
        are_names_kept: Whether blank nodes keep the names that the text gives them, because these are unique already.
    """
    if rdf_format == RdfFormat.RDF_XML and ENTITY.search(text):
        return Document(origin, problems=(_entity_too_large(text, origin),))
    lines = _Lines(text)
    document = iris.document(origin.slug)
    described = (
        Triple(document, terms.TYPE, terms.DOCUMENT),
        Triple(document, terms.NAME, Literal(origin.slug)),
        Triple(document, terms.LINE_COUNT, terms.integer(lines.count)),
    )
    statements: list[Statement] = []
    problems: list[Problem] = []
    names = _BlankNames(origin.slug)
    strange: dict[str, Problem] = {}
    try:
        for quad in parse_rdf(lines.as_file(), rdf_format, base_iri=document.value, rename_blank_nodes=False):
            triple = quad.triple if are_names_kept else names.renamed(quad)
            place = Place(origin.path, lines.number)
            if isinstance(triple.object, Triple):
                problems.append(_about_a_statement(place))
                continue
            if isinstance(triple.object, Literal) and vocabulary.relation_of(triple.predicate.value):
                problems.append(_about_a_target(triple.object.value, vocabulary.curie(triple.predicate.value), place))
                continue
            if isinstance(triple.object, Literal) and CONTROL.search(triple.object.value):
                problems.append(_about_a_character(triple.object.value, place))
                triple = _cleaned(triple, triple.object)
            for iri in _strange(triple, iris):
                if len(strange) < MOST_STRANGE and iri not in strange:
                    strange[iri] = _about_an_entity(iri, place, iris)
            statements.append(
                Statement(
                    triple,
                    place,
                    vocabulary.curie(triple.predicate.value),
                    _evidence(triple, place, vocabulary),
                )
            )
    except SyntaxError as error:
        line, column = error.lineno or lines.number, error.offset or 0
        problems.append(
            Problem(
                Severity.VIOLATION,
                Place(origin.path, line, column),
                "rdf-syntax",
                f"this is not {rdf_format.name}: {_plain(error.msg)}.",
                fix="Check this line and the end of the one before.",
            )
        )
    if not (statements or problems):
        problems.append(_about_nothing(Place(origin.path, 1), rdf_format))
    return Document(origin, tuple(statements), (*problems, *strange.values()), described=described)


def _evidence(triple: Triple, place: Place, vocabulary: Vocabulary) -> Evidence | None:
    predicate = triple.predicate.value
    is_type = triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode)
    if is_type or predicate in vocabulary.by_iri or triple.predicate in (terms.HAS_OPINION, terms.HAS_QUESTION):
        return Evidence((place.line,), terms.WRITTEN)
    return None


def _entity_too_large(text: str, origin: Origin) -> Problem:
    line = text.count("\n", 0, text.index("<!ENTITY")) + 1
    message = "long XML entities, and those made of others, are not read: a small file could fill the memory."
    return Problem(Severity.VIOLATION, Place(origin.path, line), "rdf-syntax", message, fix="Write the text out.")


def _about_nothing(place: Place, rdf_format: RdfFormat) -> Problem:
    fix = "Add triples, or remove it."
    if rdf_format == RdfFormat.JSON_LD:
        fix = "Give its keys a meaning by an @context; what has “entities:” is written in YAML."
    return Problem(Severity.WARNING, place, "rdf-empty", "not one triple is stated here.", fix=fix)


def _about_a_statement(place: Place) -> Problem:
    message = "a statement about a statement (RDF 1.2) is not read."
    fix = "Cloud Index keeps records of its own; say where the statement comes from in YAML."
    return Problem(Severity.VIOLATION, place, "rdf-statement", message, fix=fix)


def _about_a_target(text: str, entry: str, place: Place) -> Problem:
    message = f"a relation leads to a thing, and “{text[:80]}” is a text."
    fix = "Name the thing by its IRI."
    return Problem(Severity.VIOLATION, place, "relation-shape", message, entry=entry, fix=fix)


def _strange(triple: Triple, iris: Iris) -> Iterator[str]:
    """Yield the IRIs of entities in *triple* that end in no slug."""
    for node in (triple.subject, triple.object):
        if isinstance(node, NamedNode) and iris.is_entity(node.value) and not SLUG.fullmatch(iris.ending(node.value)):
            yield node.value


def _about_an_entity(iri: str, place: Place, iris: Iris) -> Problem:
    ending = iris.ending(iri)
    near = slug_of(ending)
    message = f"“{ending[:80]}” is no slug: an entity of that name may be in no list and no search."
    fix = f"Write <{iris.entity(near).value}>."
    return Problem(Severity.WARNING, place, "rdf-entity", message, entity=ending[:80], fix=fix, suggestions=(near,))


def _about_a_character(text: str, place: Place) -> Problem:
    found = CONTROL.search(text)
    assert found is not None
    message = f"the text holds the control character U+{ord(found[0]):04X}, which becomes U+FFFD."
    return Problem(Severity.WARNING, place, "rdf-characters", message, fix="Leave it out.")


def _cleaned(triple: Triple, value: Literal) -> Triple:
    if value.language:
        return Triple(triple.subject, triple.predicate, Literal(cleaned(value.value), language=value.language))
    return Triple(triple.subject, triple.predicate, Literal(cleaned(value.value), datatype=value.datatype))


def _plain(message: str) -> str:
    """Return an engine's message without its own word on where it was."""
    if "LoadDocumentCallback" in message:
        return "a remote @context is not fetched; write the context into the file"
    return message.split(": ", 1)[-1].rstrip(".")


class _Lines:
    """A text handed to the parser one line at a time, so that the last line handed out is where it reads."""

    def __init__(self, text: str) -> None:
        self._lines = iter(StringIO(text, newline="\n"))  # str.splitlines would also break at U+2028 and others
        self._rest = b""
        self.number = 0
        self.count = text.count("\n") + (not text.endswith("\n") and bool(text))

    def as_file(self) -> Any:
        """Return what the parser takes for a file; it asks for nothing but ``read``."""
        return self

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            line = next(self._lines, None)
            if line is None:
                return b""
            self._rest = line.encode()
            self.number += 1
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


class _BlankNames:
    """Names blank nodes by their document and order, so that they are the same each time the text is read."""

    def __init__(self, slug: str) -> None:
        self._prefix = digest(slug)[:12]
        self._names: dict[BlankNode, BlankNode] = {}

    def renamed(self, quad: Quad) -> Triple:
        subject, value = quad.subject, quad.object
        return Triple(
            self._of(subject) if isinstance(subject, BlankNode) else subject,
            quad.predicate,
            self._of(value) if isinstance(value, BlankNode) else value,
        )

    def _of(self, term: BlankNode) -> BlankNode:
        if term not in self._names:
            self._names[term] = BlankNode(f"d{self._prefix}b{len(self._names)}")
        return self._names[term]
