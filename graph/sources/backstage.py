"""Catalogues of Backstage → document: one entity for each part of a file, and what refers to what.

How they are told is a table of the ontology; here is only how such a file is laid out.

Source: https://backstage.io/docs/features/software-catalog/descriptor-format
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml
from pyoxigraph import NamedNode

from graph import terms
from graph.documents import Document, Origin, Place, Severity
from graph.iris import Iris
from graph.nearness import nearest
from graph.sources.accounts import Account, Said, without_table
from graph.sources.values import slug_of
from graph.sources.yaml_nodes import About, Nodes, by_key, is_null, one_or_many
from graph.vocabulary import Vocabulary

TABLE: Final = "backstage"
MARKER: Final = re.compile(r"""^apiVersion:\s*["']?(?:[a-z0-9-]+\.)*backstage\.io/""", re.MULTILINE)
VERSION: Final = re.compile(r"(?:[a-z0-9-]+\.)*backstage\.io/.+")
NAME: Final = re.compile(r"[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*")
NAMESPACE: Final = re.compile(r"[a-z0-9]+(?:-+[a-z0-9]+)*")
REFERENCE: Final = re.compile(r"(?:(?P<kind>[^:/]+):)?(?:(?P<namespace>[^:/]+)/)?(?P<name>[^:/]+)")
DEFAULT: Final = "default"
MOST_NAME: Final = 63
NAME_FIX: Final = f"Use letters and digits, separated by one of - _ . each; at most {MOST_NAME} characters."


def is_one(text: str) -> bool:
    """Return whether *text* is a catalogue file, or means to be one."""
    return MARKER.search(text) is not None


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text."""
    table = vocabulary.sources.get(TABLE)
    if table is None:
        return without_table(origin, TABLE)
    nodes = Nodes(origin.path, {})
    account = Account(origin, vocabulary, iris, language=table.get("language", ""), problems=nodes.problems)
    account.head(origin.slug)
    roots = nodes.compose_all(text)
    nodes.severity = Severity.WARNING
    reading = _Reading(account, nodes, table)
    for root in roots:
        reading.read(root)
    return account.document()


@dataclass(frozen=True, slots=True)
class _Entity:
    """Of what a part of a file speaks."""

    subject: NamedNode
    name: str
    namespace: str


@dataclass(slots=True)
class _Reading:
    """One pass over one file."""

    account: Account
    nodes: Nodes
    table: Mapping[str, Any]

    def read(self, root: yaml.Node) -> None:
        values = by_key(self.nodes.items(root, About(entry="the entity")))
        version = values.get("apiVersion")
        if not isinstance(version, yaml.ScalarNode) or not VERSION.fullmatch(version.value):
            message = "this part of the file is no entity of a catalogue, and is not read."
            fix = "Begin it with “apiVersion: backstage.io/v1alpha1”."
            return self.nodes.complain(root, "part-foreign", message, severity=Severity.INFO, fix=fix)
        for key in ("kind", "metadata"):
            if key not in values:
                message = f"this entity lacks “{key}”, and is not read."
                self.nodes.complain(root, "key-missing", message, About(entry=key), fix=f"Add “{key}:”.")
        if "kind" in values and "metadata" in values:
            self.read_entity(values)
        return None

    def read_entity(self, values: Mapping[str, yaml.Node]) -> None:
        about = About(entry="kind")
        kind = self.nodes.text(values["kind"], about)
        metadata = by_key(self.nodes.items(values["metadata"], About(entry="metadata")))
        if kind is not None and kind not in self.table["kinds"]:
            near = nearest(kind[:80], self.table["kinds"])
            fix = "" if near else f"The kinds are {', '.join(self.table['kinds'])}."
            message = f"there is no kind “{kind[:80]}”; the entity is not read."
            return self.nodes.complain(values["kind"], "kind-unknown", message, about, suggestions=near, fix=fix)
        name = self.nodes.text(metadata.get("name"), About(entry="metadata.name"))
        if "name" not in metadata:
            message = "this entity has no name, and is not read."
            self.nodes.complain(values["metadata"], "key-missing", message, about, fix="Add “name:” below “metadata:”.")
        if kind is not None and name is not None:
            self.read_named(kind, name, metadata, values)
        return None

    def read_named(
        self, kind: str, name: str, metadata: Mapping[str, yaml.Node], values: Mapping[str, yaml.Node]
    ) -> None:
        namespace = self.nodes.text(metadata.get("namespace"), About(name, "metadata.namespace")) or DEFAULT
        subject = self.iri(kind, namespace, name)
        entity = _Entity(subject, name, namespace.lower())
        is_good = self.is_well_named(entity, metadata)
        here = self if is_good else replace(self, account=replace(self.account, statements=[], known={}))
        here.introduce(kind, entity, metadata, values)
        for path, node in _flat({"metadata": values["metadata"], "spec": values.get("spec")}):
            here.tell_field(entity, path, node)
        here.tell_annotations(entity, metadata.get("annotations"))
        self.check_keys(entity, values.get("spec"))

    def is_well_named(self, entity: _Entity, metadata: Mapping[str, yaml.Node]) -> bool:
        """Return whether an entity may have its name; a problem says why not."""
        about = About(entity.name[:80], "metadata.name")
        if not NAME.fullmatch(entity.name) or len(entity.name) > MOST_NAME:
            message = f"“{entity.name[:80]}” breaks the rules for names; the entity is not read."
            near = (re.sub(r"[^A-Za-z0-9]+", "-", entity.name).strip("-")[:MOST_NAME],)
            self.nodes.complain(
                metadata["name"], "name-form", message, about, suggestions=near if near[0] else (), fix=NAME_FIX
            )
            return False
        if not NAMESPACE.fullmatch(entity.namespace) or len(entity.namespace) > MOST_NAME:
            message = f"“{entity.namespace[:80]}” breaks the rules for namespaces; the entity is not read."
            fix = f"Use lower-case letters, digits and hyphens; at most {MOST_NAME} characters."
            about = About(entity.name, "metadata.namespace")
            self.nodes.complain(metadata["namespace"], "name-form", message, about, fix=fix)
            return False
        return True

    def introduce(
        self, kind: str, entity: _Entity, metadata: Mapping[str, yaml.Node], values: Mapping[str, yaml.Node]
    ) -> None:
        """State what an entity is, and how it is called: by its title, the name it shows, or its name."""
        spec = by_key(Nodes("", {}).items(values.get("spec")))
        profile = by_key(Nodes("", {}).items(spec.get("profile")))
        place = self.nodes.place(metadata["name"])
        titles = (metadata.get("title"), profile.get("displayName"))
        found = (self.nodes.text(node, About(entity.name, "title")) for node in titles if node is not None)
        title = next((text for text in found if text), entity.name)
        known = self.account.vocabulary.classes[self.table["kinds"][kind]["class"]]
        self.account.introduce(entity.subject, known, title, place, terms.STATED)
        if title != entity.name:
            self.account.text(entity.subject, terms.SPELLING, entity.name, place, "metadata.name")
        node = metadata.get("description")
        description = self.nodes.text(node, About(entity.name, "metadata.description")) if node is not None else None
        if node is not None and description:
            where = self.nodes.place(node)
            self.account.text(entity.subject, terms.DESCRIPTION, description, where, "metadata.description")

    def tell_field(self, entity: _Entity, path: str, node: yaml.Node) -> None:
        rule = self.table["fields"].get(path)
        about = About(entity.name, path)
        if rule is None or (isinstance(node, yaml.ScalarNode) and is_null(node)):
            return
        text = self.nodes.text(node, about)
        if text is None:
            return
        place = self.nodes.place(node)
        if "attribute" in rule:
            attribute = self.account.vocabulary.attributes[rule["attribute"]]
            self.account.attribute(entity.subject, attribute, text, (place, about), rule)
        else:
            self.tell_reference(entity, text, place, About(entity.name, path), rule)

    def tell_reference(self, entity: _Entity, text: str, place: Place, about: About, rule: Mapping[str, Any]) -> None:
        """State what a reference leads to, if it may lead there."""
        found = REFERENCE.fullmatch(text)
        kinds = tuple(rule.get("kinds", (rule.get("kind"),)))
        expected = " or ".join(kinds)
        if found is None:
            message = f"“{text[:80]}” is no reference."
            return self.account.warn(place, "reference-form", message, about, fix="Write it as kind:namespace/name.")
        by_name = {one.lower(): one for one in self.table["kinds"]}
        given = found["kind"]
        kind = str(by_name.get(given.lower(), given) if given else rule.get("kind", ""))
        namespace, name = (found["namespace"] or entity.namespace).lower(), found["name"]
        if kind not in kinds:
            instead = tuple(f"{one.lower()}:{text.split(':', 1)[-1]}" for one in kinds)
            said = f"“{text[:80]}” leads to a {kind}" if given else f"“{text[:80]}” does not say of which kind it is"
            return self.account.warn(
                place,
                "reference-kind",
                f"{said}; {expected} is expected here.",
                about,
                suggestions=instead,
                fix="" if instead else f"Name a {expected}.",
            )
        relation = NamedNode(self.account.vocabulary.relations[rule["relation"]].iri)
        others = tuple(self.iri(one, namespace, name) for one in kinds if given and one != kind)
        target = self.iri(kind, namespace, name)
        entry = f"{about.entry}: {text[:80]}"
        where = Said(place, entry, words=text[:200], instead=others)
        self.account.state(entity.subject, relation, target, where)
        return None

    def tell_annotations(self, entity: _Entity, node: yaml.Node | None) -> None:
        for key, value in by_key(self.nodes.items(node, About(entity.name, "metadata.annotations"))).items():
            rule = self.table.get("annotations", {}).get(key)
            about = About(entity.name, key)
            text = self.nodes.text(value, about) if rule else None
            if rule and text:
                attribute = self.account.vocabulary.attributes[rule["attribute"]]
                address = text.removeprefix(rule.get("prefix", ""))
                self.account.attribute(entity.subject, attribute, address, (self.nodes.place(value), about), rule)

    def check_keys(self, entity: _Entity, node: yaml.Node | None) -> None:
        """Tell which keys are near to one that would be read; others may stand there and mean nothing here."""
        known = {key.split(".")[1] for key in self.table["fields"] if key.startswith("spec.")}
        for key, _ in self.nodes.items(node, About(entity.name, "spec")):
            near = nearest(key.value[:80], known)
            if near and key.value not in {*known, *self.table.get("unread", ())}:
                message = f"“{key.value[:80]}” means nothing here, and is not read."
                self.nodes.complain(key, "key-unknown", message, About(entity.name, "spec"), suggestions=near)

    def iri(self, kind: str, namespace: str, name: str) -> NamedNode:
        """Return the IRI of an entity: of its kind and its name, and its namespace where that is not the usual one."""
        inside = "" if namespace.lower() == DEFAULT else f"{slug_of(namespace)}."
        return self.account.iris.entity(f"{kind.lower()}-{inside}{slug_of(name)}")


def _flat(values: Mapping[str, yaml.Node | None], prefix: str = "") -> Iterator[tuple[str, yaml.Node]]:
    """Yield the single values below a mapping, each with the keys that lead to it; lists add none."""
    for key, value in values.items():
        for node in one_or_many(value):
            if isinstance(node, yaml.MappingNode):
                yield from _flat(by_key(Nodes("", {}).items(node)), f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", node
