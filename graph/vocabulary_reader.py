"""The files of an ontology → its vocabulary.

Touches files: those of the ontology's folder, once, at start.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph import terms
from graph.errors import OntologyError
from graph.iris import digest
from graph.source_tables import read_table
from graph.vocabulary import Attribute, Class, Relation, Rule, Texts, Vocabulary, local_name

SHAPES: Final = "shapes.ttl"
# Keeps the files of the roles apart from those of a folder that have the same name.
ROLES: Final = "cloudindex:"
ROLE_FILES: Final = ("roles.ttl",)
ROLE_SHAPES: Final = "role_shapes.ttl"
DEFAULT_FILES: Final = ("cloudindex.ttl",)
SLOTS: Final = ("{subject}", "{object}")

Keyed = TypeVar("Keyed", Class, Relation, Attribute)


def load(folder: Path | None = None) -> Vocabulary:
    """Return the vocabulary of an ontology.

    Args:
        folder: Holds ``*.ttl`` (the terms), and perhaps ``shapes.ttl``, ``rules/*.rq`` and ``sources/*.yaml``;
            ``None`` is the ontology that comes with Cloud Index.  The roles and their rules are always there.

    Raises:
        OntologyError: A file does not parse, or a term lacks what it must have.
    """
    texts = _texts(folder)
    shapes = {name: text for name, text in texts.items() if name.endswith(SHAPES)}
    rules = {name: text for name, text in texts.items() if name.endswith(".rq")}
    tables = {name: text for name, text in texts.items() if name.endswith(".yaml")}
    triples, prefixes = _parsed({name: text for name, text in texts.items() if name not in shapes | rules | tables})
    vocabulary = _Builder(triples).vocabulary(
        prefixes=prefixes,
        shapes=tuple(shapes.values()),
        rules=tuple(Rule(Path(name).stem, text) for name, text in sorted(rules.items())),
        digest=digest(*(part for item in sorted(texts.items()) for part in item)),
    )
    return replace(
        vocabulary,
        sources=MappingProxyType(
            {Path(name).stem: read_table(name, text, vocabulary) for name, text in tables.items()}
        ),
    )


def _texts(folder: Path | None) -> dict[str, str]:
    names = (*ROLE_FILES, ROLE_SHAPES, *(f"rules/{name}.rq" for name in ontology.rule_names()))
    texts = {f"{ROLES}{name}": ontology.read(name) for name in names}
    if folder is None:
        tables = (f"sources/{name}.yaml" for name in ontology.source_names())
        return texts | {name: ontology.read(name) for name in (*DEFAULT_FILES, SHAPES, *tables)}
    paths = [path for pattern in ("*.ttl", "rules/*.rq", "sources/*.yaml") for path in sorted(folder.glob(pattern))]
    if not any(path.suffix == ".ttl" and path.name != SHAPES for path in paths):
        raise OntologyError(str(folder), "holds no .ttl file.")
    return texts | {str(path.relative_to(folder)): _read(path) for path in paths}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(str(path), f"cannot be read: {error}.") from error


def _parsed(texts: Mapping[str, str]) -> tuple[tuple[Triple, ...], dict[str, str]]:
    triples: list[Triple] = []
    prefixes: dict[str, str] = {}
    for name, text in texts.items():
        parser = parse(text, RdfFormat.TURTLE)
        try:
            triples += (quad.triple for quad in parser)
        except SyntaxError as error:
            raise OntologyError(f"{name}:{error.lineno}", str(error.msg)) from error
        prefixes |= parser.prefixes
    return tuple(triples), prefixes


class _Builder:
    """Reads the triples of an ontology into a vocabulary."""

    def __init__(self, triples: tuple[Triple, ...]) -> None:
        self.triples = triples
        self.objects: dict[tuple[NamedNode, NamedNode], list[NamedNode | Literal]] = defaultdict(list)
        self.instances: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, NamedNode | Literal):
                continue
            self.objects[triple.subject, triple.predicate].append(triple.object)
            if triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode):
                self.instances[triple.object].append(triple.subject)
        self.languages = self.read_languages()

    def vocabulary(
        self, *, prefixes: Mapping[str, str], shapes: tuple[str, ...], rules: tuple[Rule, ...], digest: str
    ) -> Vocabulary:
        classes = self.keyed(self.read_class(iri) for iri in self.class_iris())
        relations = self.keyed(self.read_relation(iri) for iri in self.instances[terms.RELATION_CLASS])
        attributes = self.keyed(self.read_attribute(iri) for iri in self.instances[terms.ATTRIBUTE_CLASS])
        every: tuple[Class | Relation | Attribute, ...] = (*classes.values(), *relations.values(), *attributes.values())
        return Vocabulary(
            classes=MappingProxyType(classes),
            relations=MappingProxyType(relations),
            attributes=MappingProxyType(attributes),
            polarities=self.individuals(terms.POLARITY_CLASS),
            bases=self.individuals(terms.BASIS_CLASS),
            languages=self.languages,
            prefixes=MappingProxyType(dict(prefixes)),
            triples=self.triples,
            shapes=shapes,
            rules=rules,
            digest=digest,
            by_iri=MappingProxyType({term.iri: term for term in every}),
            namespaces=frozenset(term.iri[: -len(local_name(term.iri))] for term in every if "#" in term.iri),
            names=frozenset(triple.subject.value for triple in self.triples if isinstance(triple.subject, NamedNode)),
        )

    def labels(self, iri: NamedNode) -> Texts:
        labels = self.texts(iri, terms.LABEL)
        for language in self.languages:
            if language not in labels:
                raise OntologyError(iri.value, f"needs an rdfs:label in “{language}”.")
        return labels

    def read_languages(self) -> tuple[str, ...]:
        found = [
            str(value.value)
            for header in self.instances[terms.OWL_ONTOLOGY]
            for value in self.objects[header, terms.LANGUAGE]
        ]
        return tuple(dict.fromkeys(found)) or ("en",)

    def class_iris(self) -> Iterable[NamedNode]:
        """Yield the entity class and all below it: what documents may use as a type."""
        return (
            iri
            for iri in self.instances[terms.OWL_CLASS]
            if iri == terms.ENTITY or terms.ENTITY.value in self.reachable(iri, terms.SUBCLASS_OF)
        )

    def read_class(self, iri: NamedNode) -> Class:
        return Class(
            iri=iri.value,
            key=self.key(iri),
            labels=self.labels(iri),
            comments=self.texts(iri, terms.COMMENT),
            parents=self.iris(iri, terms.SUBCLASS_OF),
            wider=self.reachable(iri, terms.SUBCLASS_OF),
            colour=self.colour(iri),
        )

    def read_relation(self, iri: NamedNode) -> Relation:
        symmetric = iri in self.instances[terms.SYMMETRIC]
        inverse, primary = self.inverse(iri, symmetric=symmetric)
        other = NamedNode(inverse)
        return Relation(
            iri=iri.value,
            key=self.key(iri),
            labels=self.labels(iri),
            comments=self.texts(iri, terms.COMMENT),
            sentences=self.sentences(iri),
            inverse=self.key(other),
            parents=self.iris(iri, terms.SUBPROPERTY_OF),
            wider=self.reachable(iri, terms.SUBPROPERTY_OF) | {iri.value} | self.wider_through_inverse(other),
            domain=self.iris(iri if primary else other, terms.DOMAIN_INCLUDES if primary else terms.RANGE_INCLUDES),
            range=self.iris(iri if primary else other, terms.RANGE_INCLUDES if primary else terms.DOMAIN_INCLUDES),
            symmetric=symmetric,
            transitive=bool({iri, other} & set(self.instances[terms.TRANSITIVE])),
            primary=primary,
            is_of_documents=bool({iri, other} & set(self.instances[terms.DOCUMENT_RELATION_CLASS])),
        )

    def read_attribute(self, iri: NamedNode) -> Attribute:
        kinds = self.iris(iri, terms.RANGE_INCLUDES)
        return Attribute(
            iri=iri.value,
            key=self.key(iri),
            labels=self.labels(iri),
            comments=self.texts(iri, terms.COMMENT),
            kind=local_name(kinds[0]) if kinds else "string",
            identifies=iri in self.instances[terms.IDENTIFYING],
        )

    def inverse(self, iri: NamedNode, *, symmetric: bool) -> tuple[str, bool]:
        """Return the inverse's IRI, and whether *iri* is the one of the two that names the other."""
        if symmetric:
            return iri.value, True
        named = self.iris(iri, terms.INVERSE_OF)
        naming = [
            other.value
            for other in self.instances[terms.RELATION_CLASS]
            if iri.value in self.iris(other, terms.INVERSE_OF)
        ]
        if not named and not naming:
            raise OntologyError(iri.value, "a relation needs owl:inverseOf, or the type owl:SymmetricProperty.")
        inverse = (named or naming)[0]
        if NamedNode(inverse) not in self.instances[terms.RELATION_CLASS]:
            raise OntologyError(inverse, f"is the inverse of <{iri.value}> and must be a ci:Relation too.")
        return inverse, bool(named)

    def wider_through_inverse(self, other: NamedNode) -> frozenset[str]:
        """Return the inverses of whatever is wider than *other*: they follow from its own inverse."""
        wider = self.reachable(other, terms.SUBPROPERTY_OF)
        return frozenset(
            self.inverse(NamedNode(iri), symmetric=NamedNode(iri) in self.instances[terms.SYMMETRIC])[0]
            for iri in wider
        )

    def sentences(self, iri: NamedNode) -> Texts:
        sentences = self.texts(iri, terms.SENTENCE)
        for language in self.languages:
            if language not in sentences:
                raise OntologyError(iri.value, f"a relation needs a ci:sentence in “{language}”.")
        for sentence in sentences.values():
            if sorted(re.findall(r"\{.*?\}", sentence)) != sorted(SLOTS):
                raise OntologyError(
                    iri.value, f"the sentence “{sentence}” must hold {{subject}} and {{object}}, and no other slot."
                )
        return sentences

    def individuals(self, kind: NamedNode) -> Mapping[str, str]:
        return MappingProxyType({self.key(iri): iri.value for iri in self.instances[kind]})

    def texts(self, iri: NamedNode, predicate: NamedNode) -> Texts:
        values = [value for value in self.objects[iri, predicate] if isinstance(value, Literal)]
        return MappingProxyType({value.language or "": value.value for value in values})

    def iris(self, iri: NamedNode, predicate: NamedNode) -> tuple[str, ...]:
        return tuple(value.value for value in self.objects[iri, predicate] if isinstance(value, NamedNode))

    def reachable(self, iri: NamedNode, predicate: NamedNode) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(self.iris(iri, predicate))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.iris(NamedNode(one), predicate)
        return frozenset(found)

    def colour(self, iri: NamedNode) -> str:
        """Return the colour of a class, or of the nearest class above it that has one."""
        layer = [iri]
        seen: set[NamedNode] = set()
        while layer:
            for one in layer:
                for value in self.objects[one, terms.COLOUR]:
                    return str(value.value)
            seen |= set(layer)
            wider = [NamedNode(parent) for one in layer for parent in self.iris(one, terms.SUBCLASS_OF)]
            layer = [one for one in wider if one not in seen]
        return "#64748b"

    def key(self, iri: NamedNode) -> str:
        given = self.objects[iri, terms.KEY]
        return str(given[0].value) if given else local_name(iri.value)

    @staticmethod
    def keyed(found: "Iterable[Keyed]") -> "dict[str, Keyed]":
        by_key: dict[str, Keyed] = {}
        for term in sorted(found, key=lambda one: one.key):
            if term.key in by_key:
                raise OntologyError(
                    term.iri, f"“{term.key}” is also the key of <{by_key[term.key].iri}>; give it a ci:key."
                )
            by_key[term.key] = term
        return by_key
