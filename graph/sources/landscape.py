"""Landscape files, as the CNCF keeps one → document: items with their groups and the organisations behind them.

How they are told is a table of the ontology; here is only how such a file is laid out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from pyoxigraph import NamedNode

from graph import terms
from graph.documents import Document, Origin, Place, Severity
from graph.iris import Iris
from graph.nearness import folded, nearest
from graph.sources.accounts import Account, Said, without_table
from graph.sources.landscape_names import Names, Organisations, spellings, words_of
from graph.sources.values import slug_of
from graph.sources.yaml_nodes import About, Items, Nodes, by_key, is_null, one_or_many
from graph.vocabulary import Vocabulary

TABLE: Final = "landscape"
MARKER: Final = re.compile(r"^(landscape|categories):", re.MULTILINE)
# The key without a value with which an entry of each list begins, and what else may stand there.
CATEGORY, SUBCATEGORY, ITEM = "category", "subcategory", "item"
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    CATEGORY: (CATEGORY, "name", "subcategories"),
    SUBCATEGORY: (SUBCATEGORY, "name", "items"),
    ITEM: (ITEM, "name", "description", "crunchbase", "organization", "unnamed_organization", "second_path", "extra"),
}
EXTRA: Final = "extra"
PATH: Final = " / "


def is_one(text: str) -> bool:
    """Return whether *text* is a landscape file, or means to be one."""
    return MARKER.search(text) is not None


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text."""
    table = vocabulary.sources.get(TABLE)
    if table is None:
        return without_table(origin, TABLE)
    nodes = Nodes(origin.path, {})
    account = Account(origin, vocabulary, iris, language=table.get("language", ""), problems=nodes.problems)
    root = nodes.compose(text)
    if root is not None:
        nodes.severity = Severity.WARNING
        _Reading(account, nodes, table, text.split("\n")).read(root)
    return account.document()


@dataclass(frozen=True, slots=True)
class _Item:
    """An entry of the list of items: its values by key, and where it is filed."""

    values: Mapping[str, yaml.Node]
    name: str
    place: Place
    path: tuple[str, str]
    group: NamedNode


@dataclass(slots=True)
class _Reading:
    """One pass over one file."""

    account: Account
    nodes: Nodes
    table: Mapping[str, Any]
    lines: Sequence[str]
    groups: dict[str, NamedNode] = field(default_factory=dict)
    items: list[_Item] = field(default_factory=list)

    def read(self, root: yaml.Node) -> None:
        self.account.head(self.account.origin.slug)
        top = by_key(self.nodes.items(root, About(entry="the file")))
        node = top.get("landscape", top.get("categories"))
        for entry in self.nodes.sequence(node, About(entry="landscape")):
            self.read_category(entry)
        if not self.groups and not self.nodes.problems:
            message = "no category is listed here."
            fix = "Begin with “landscape:”, and below it a list of categories."
            self.nodes.complain(root, "document-empty", message, severity=Severity.VIOLATION, fix=fix)
        _Telling(self).tell()

    # --- what is filed where

    def read_category(self, node: yaml.Node) -> None:
        found = self.named(node, CATEGORY)
        if found is None:
            return
        name, place, values = found
        group = self.group(name, name, place)
        for entry in self.nodes.sequence(values.get("subcategories"), About(name, "subcategories")):
            self.read_subcategory(entry, name, group)

    def read_subcategory(self, node: yaml.Node, category: str, outer: NamedNode) -> None:
        found = self.named(node, SUBCATEGORY)
        if found is None:
            return
        name, place, values = found
        group = self.group(f"{category}{PATH}{name}", name, place)
        self.account.state(group, self.relation(self.table["group"]), outer, Said(place, "name", terms.NESTING))
        about = About(name, "items")
        if "items" in values and is_null(values["items"]):
            key = self.key_place(node, "items")
            message = f"“{name}” lists no items: a list is expected here, not nothing."
            self.account.warn(key, "items-empty", message, about, fix="Write “items: []”, or list what belongs here.")
        for entry in self.nodes.sequence(values.get("items"), about):
            self.read_item(entry, (category, name), group)

    def read_item(self, node: yaml.Node, path: tuple[str, str], group: NamedNode) -> None:
        found = self.named(node, ITEM)
        if found is not None:
            name, place, values = found
            self.items.append(_Item(values, name, place, path, group))

    def named(self, node: yaml.Node, kind: str) -> tuple[str, Place, Mapping[str, yaml.Node]] | None:
        """Return the name of an entry, its place and its values; nothing, and a problem, where it has none."""
        items = self.nodes.items(node, About(entry=kind))
        values = by_key(items)
        if not values:
            if is_null(node):
                self.nodes.complain(node, "value-empty", f"a {kind} is expected here, not nothing.", About(entry=kind))
            return None
        name = self.nodes.text(values.get("name"), About(entry="name"))
        about = About(name or "", "name")
        if "name" not in values:
            fix = "Write “name:” with what it is called; nothing of it was read."
            self.nodes.complain(node, "key-missing", f"this {kind} has no name.", about, fix=fix)
        self.check_keys(items, kind, name or "")
        if kind not in values:
            fix = f"Begin it with “- {kind}:”, as the others do."
            self.nodes.complain(node, "marker-missing", f"this {kind} lacks the key “{kind}”.", about, fix=fix)
        return (" ".join(name.split()), self.nodes.place(values["name"]), values) if name else None

    def check_keys(self, items: Items, kind: str, name: str) -> None:
        """Tell which keys mean nothing where they stand."""
        here = self.keys(kind)
        for key, _ in items:
            if key.value in here:
                continue
            about = About(name, key.value[:80])
            others = {other for level in (ITEM, EXTRA) if level != kind for other in self.keys(level)}
            near = nearest(key.value, here)
            if key.value in others:
                right = EXTRA if kind == ITEM else ITEM
                message = f"“{key.value[:80]}” stands in the wrong place, and is not read."
                fix = f"Put it below “{EXTRA}:”." if right == EXTRA else f"Put it beside “{EXTRA}:”, not below it."
                self.nodes.complain(key, "key-elsewhere", message, about, severity=Severity.INFO, fix=fix)
            elif near:
                message = f"“{key.value[:80]}” means nothing here, and is not read."
                self.nodes.complain(key, "key-unknown", message, about, suggestions=near)
            else:
                message = f"“{key.value[:80]}” is no key of such a file, and is not read."
                fix = "Remove it, or ask for it to be read: the ontology says which keys are."
                self.nodes.complain(key, "key-unread", message, about, severity=Severity.INFO, fix=fix)

    def keys(self, kind: str) -> tuple[str, ...]:
        """Return the keys that an entry of that *kind* may have, or what stands below its key ``extra``."""
        if kind == SUBCATEGORY:
            return (*KEYS[kind], "note")
        told = (*self.table["fields"], *self.table.get("unread", ()))
        if kind == EXTRA:
            return tuple(key.removeprefix(f"{EXTRA}.") for key in told if key.startswith(f"{EXTRA}."))
        return (*KEYS[kind], *(key.split(".")[0] for key in told if kind == ITEM and not key.startswith(f"{EXTRA}.")))

    def group(self, path: str, name: str, place: Place) -> NamedNode:
        """Return the group that stands for a category or a subcategory, and state what it is."""
        if path in self.groups:
            message = f"“{path}” stands here for the second time; both are read as one."
            self.account.warn(place, "group-twice", message, About(name, "name"), fix="Put both under one.")
            return self.groups[path]
        rule = self.table["group"]
        slug = rule.get("slug", "{}").format(slug_of(path))
        taken = set(self.groups.values())
        while (subject := self.account.iris.entity(slug)) in taken:
            slug = f"{slug}-2"
        self.groups[path] = subject
        self.account.unjoined.add(slug)
        kind = self.account.vocabulary.classes[rule["class"]]
        self.account.introduce(subject, kind, name, place, terms.STATED)
        return subject

    def relation(self, rule: Mapping[str, Any]) -> NamedNode:
        return NamedNode(self.account.vocabulary.relations[rule["relation"]].iri)

    def key_place(self, node: yaml.Node, wanted: str) -> Place:
        """Return where a key of a mapping stands."""
        keys = (key for key, _ in node.value if getattr(key, "value", None) == wanted)
        return self.nodes.place(next(keys, node))


class _Telling:
    """States what the items of a file say, now that all names are known."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.account = reading.account
        self.nodes = reading.nodes
        self.table = reading.table
        self.names = Names()
        self.organisations = Organisations(self.table["organisation"])
        self.organisation_class = self.account.vocabulary.classes[self.table["organisation"]["class"]]
        self.subcategories = {path: group for path, group in reading.groups.items() if PATH in path}

    def tell(self) -> None:
        """State everything."""
        slugs = [self.slug(item) for item in self.reading.items]
        self.organisations.take({*self.names.slugs(), *self._group_slugs()})
        for item, slug in zip(self.reading.items, slugs, strict=True):
            subject = self.account.iris.entity(self.organisations.slug(slug) if self.is_organisation(item) else slug)
            self.tell_item(item, subject)
        for key, (name, place) in self.organisations.unnamed():
            subject = self.account.iris.entity(self.organisations.slug(key))
            self.account.introduce(subject, self.organisation_class, name, place, terms.ADDRESS)

    def _group_slugs(self) -> Iterator[str]:
        return (self.account.iris.reference(group.value) for group in self.reading.groups.values())

    # --- names

    def slug(self, item: _Item) -> str:
        """Return the slug of an item, or the key of the organisation that it is; tell of names that stand twice."""
        about = About(item.name, "name")
        first = self.names.first(item.name)
        if first is not None:
            message = f"another item is called “{item.name}”; it stands on line {first.line}."
            fix = "List it once, and name the other subcategory under “second_path”."
            self.account.warn(item.place, "name-twice", message, about, fix=fix)
        if self.is_organisation(item):
            key = self.key(item) or slug_of(self.organisations.plain(item.name))
            self.organisations.name(key, self.organisations.plain(item.name))
            self.names.add(item.name, "", item.place)
            return key
        slug, alike = self.names.add(item.name, slug_of(item.name), item.place)
        if alike:
            message = f"“{item.name}” and “{alike}” are read as one."
            fix = "If they are two things, give them names that differ by more than their marks and capitals."
            self.account.warn(item.place, "name-alike", message, about, severity=Severity.INFO, fix=fix)
        return slug

    def is_organisation(self, item: _Item) -> bool:
        return self.organisation_class.iri in {self.kind(item).iri, *self.kind(item).wider}

    def kind(self, item: _Item) -> Any:
        """Return the class of an item: what its subcategory says, or its category, or what is usual."""
        classes = self.table.get("items", {})
        category, subcategory = item.path
        key = classes.get(f"{category}{PATH}{subcategory}") or classes.get(category) or self.table["item"]
        return self.account.vocabulary.classes[key]

    def key(self, item: _Item) -> str:
        """Return the key of the organisation behind an item: the end of its address in a directory."""
        node = item.values.get("crunchbase")
        is_text = isinstance(node, yaml.ScalarNode) and not is_null(node)
        return self.organisations.key(node.value) if is_text and node is not None else ""

    # --- items

    def tell_item(self, item: _Item, subject: NamedNode) -> None:
        kind = self.kind(item)
        is_new = self.names.told(subject)
        if is_new:
            name = self.organisations.plain(item.name) if self.is_organisation(item) else item.name
            self.account.introduce(subject, kind, name, item.place, terms.NESTING)
            for spelling in (words_of(self.key(item)),) if self.is_organisation(item) else spellings(item.name):
                if spelling and folded(spelling) != folded(name):
                    self.account.text(subject, terms.SPELLING, spelling, item.place, "name")
        elif self.is_organisation(item):
            self.tell_other_name(item, subject)
        group = self.reading.relation(self.table["group"])
        self.account.state(subject, group, item.group, Said(item.place, "items", terms.NESTING))
        self.tell_second_paths(item, subject, group)
        self.tell_description(item, subject, is_new=is_new)
        self.tell_organisation(item, subject, kind)
        for field_, value in self.fields(item):
            self.tell_field(item, subject, field_, value)

    def tell_other_name(self, item: _Item, subject: NamedNode) -> None:
        name = self.organisations.plain(item.name)
        if folded(name) != folded(self.organisations.called(subject, self.account)):
            self.account.text(subject, terms.SPELLING, name, item.place, "name")

    def tell_second_paths(self, item: _Item, subject: NamedNode, relation: NamedNode) -> None:
        about = About(item.name, "second_path")
        for node in one_or_many(item.values.get("second_path")):
            path = self.nodes.text(node, about)
            if path is None:
                continue
            if path in self.subcategories:
                group = self.subcategories[path]
                self.account.state(subject, relation, group, Said(self.nodes.place(node), "second_path"))
                continue
            ends = (one for one in self.subcategories if one.split(PATH, 1)[1] == path.split(PATH, 1)[-1])
            near = tuple(dict.fromkeys((*nearest(path[:200], self.subcategories), *ends)))[:3]
            fix = "" if near else "Write it as “category / subcategory”."
            message = f"there is no subcategory “{path[:120]}”."
            self.nodes.complain(node, "path-unknown", message, about, suggestions=near, fix=fix)

    def tell_description(self, item: _Item, subject: NamedNode, *, is_new: bool) -> None:
        node = item.values.get("description")
        if node is None:
            return
        about = About(item.name, "description")
        if isinstance(node, yaml.ScalarNode) and is_null(node):
            fix = "Write a sentence, or leave the key out."
            self.nodes.complain(node, "value-empty", "the description is empty.", about, fix=fix)
        elif is_new and (text := self.nodes.text(node, about)):
            place = self.nodes.place(node)
            self.account.text(subject, terms.DESCRIPTION, " ".join(text.split()), place, "description")

    def tell_organisation(self, item: _Item, subject: NamedNode, kind: Any) -> None:
        """State who is behind an item; of an organisation, where a directory tells of it."""
        rule = self.table["organisation"]
        about = About(item.name, "crunchbase")
        node = item.values.get("crunchbase")
        address = self.nodes.text(node, about) if node is not None else None
        if node is None or not address:
            return None
        place, key = self.nodes.place(node), self.key(item)
        attribute = self.account.vocabulary.attributes[rule["attribute"]]
        if not key:
            message = f"“{address[:80]}” is not the address of an organisation."
            return self.nodes.complain(node, "value-form", message, about, fix="Write it whole, from https:// on.")
        organisation = self.account.iris.entity(self.organisations.slug(key))
        self.account.attribute(organisation, attribute, address, (place, about), {})
        if not self.is_organisation(item):
            self.organisations.mention(key, place)
            relation = next((name for key, name in rule["relations"].items() if self.is_a(kind, key)), None)
            if relation:
                predicate = NamedNode(self.account.vocabulary.relations[relation].iri)
                self.account.state(subject, predicate, organisation, Said(place, "crunchbase", terms.ADDRESS))
        return None

    def is_a(self, kind: Any, key: str) -> bool:
        return self.account.vocabulary.classes[key].iri in {kind.iri, *kind.wider}

    # --- fields

    def fields(self, item: _Item) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the values of an item that a rule tells of, with the path of the key of each."""
        for key, node in item.values.items():
            if key == EXTRA:
                below = self.nodes.items(node, About(item.name, EXTRA))
                self.reading.check_keys(below, EXTRA, item.name)
                yield from ((f"{EXTRA}.{name.value}", value) for name, value in below)
            elif isinstance(node, yaml.SequenceNode) and any(one.startswith(f"{key}.") for one in self.table["fields"]):
                for entry in node.value:
                    below = self.nodes.items(entry, About(item.name, key))
                    yield from ((f"{key}.{name.value}", value) for name, value in below)
            else:
                yield key, node

    def tell_field(self, item: _Item, subject: NamedNode, path: str, node: yaml.Node) -> None:
        rule = self.table["fields"].get(path)
        if rule is None:
            return
        about = About(item.name, path)
        for one in one_or_many(node):
            if isinstance(one, yaml.ScalarNode) and is_null(one):
                fix = "Write something behind the key, or leave it out."
                self.nodes.complain(one, "value-empty", f"“{path}” says nothing.", about, fix=fix)
                continue
            text = self.nodes.text(one, about)
            separator = rule.get("separator")
            for part in text.split(separator) if text and separator else [text] if text else []:
                words = " ".join(part.split())
                if words:
                    self.tell_value(subject, words, self.place(one, words), about, rule)

    def tell_value(self, subject: NamedNode, text: str, place: Place, about: About, rule: Mapping[str, Any]) -> None:
        if "attribute" in rule:
            attribute = self.account.vocabulary.attributes[rule["attribute"]]
            return self.account.attribute(subject, attribute, text, (place, about), rule)
        target = self.names.find(text)
        if target and self.account.iris.entity(target) != subject:
            relation = self.reading.relation(rule)
            other = self.account.iris.entity(target)
            self.account.state(subject, relation, other, Said(place, about.entry, words=text[:200]))
        elif rule.get("required") and not target:
            near = tuple(self.names.near(text))
            message = f"no item is called “{text[:80]}”."
            self.account.warn(place, "name-unknown", message, about, suggestions=near)
        return None

    def place(self, node: yaml.Node, words: str) -> Place:
        """Return where *words* begin, within a text that may be folded over several lines."""
        begin = self.nodes.place(node)
        last = min(node.end_mark.line + 1, len(self.reading.lines)) if node.end_mark else begin.line
        for line in range(begin.line, last + 1):
            column = self.reading.lines[line - 1].find(words, begin.column - 1 if line == begin.line else 0)
            if column >= 0:
                return Place(begin.path, line, column + 1)
        return begin
