"""YAML → document: its head, its sections, and entities with what is said of them, as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import yaml
from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.documents import Document, Origin, Place, Section, Unread
from graph.iris import Iris
from graph.nearness import nearest
from graph.sources.filing import filed
from graph.sources.yaml_decisions import read_acceptance
from graph.sources.yaml_entities import Entities, read_name
from graph.sources.yaml_nodes import About, Nodes, by_key
from graph.sources.yaml_sheet import Context, Sheet
from graph.vocabulary import Vocabulary

NOTHING: Final = "nothing is stated here."
NOTHING_FIX: Final = "Add “entities:”."
TOP_KEYS: Final = ("document", "sections", "entities", "unread")
DOCUMENT_KEYS: Final = ("name", "source", "accepted", "description", "relations")
SOURCE_KEYS: Final = ("file", "lines", "language", "homepage")
SECTION_KEYS: Final = ("slug", "title", "line", "level", "under")


@dataclass(frozen=True, slots=True)
class Body:
    """A text that a document is the head of: then it is its own source.

    Attributes:
        name: What the document is called where its head does not say so.
        sections: Those of the text; none count where the head tells its own.
    """

    name: str
    line_count: int
    language: str
    sections: tuple[Section, ...]


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris, body: Body | None = None) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text.

    Args:
        body: What *text* is the head of; it may be without entities then.
    """
    elsewhere = {key: f"It is a relation: write “- {{{key}: …}}” under “relations:”." for key in vocabulary.relations}
    nodes = Nodes(origin.path, elsewhere)
    reading = _Reading(origin, Sheet(vocabulary, iris, nodes), body)
    root = nodes.compose(text)
    if root is not None:
        reading.read(root)
    elif not nodes.problems:
        nodes.complain(Place(origin.path, 1), "document-empty", NOTHING, fix=NOTHING_FIX)
    return Document(
        origin=origin,
        statements=tuple(reading.sheet.statements),
        problems=tuple(nodes.problems),
        sections=tuple(reading.sections.values()),
        unread=tuple(reading.unread),
        proposals=tuple(reading.sheet.proposals),
    )


@dataclass(slots=True)
class _Reading:
    """One pass over one text."""

    origin: Origin
    sheet: Sheet
    body: Body | None = None
    sections: dict[str, Section] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    @property
    def nodes(self) -> Nodes:
        return self.sheet.nodes

    @property
    def iris(self) -> Iris:
        return self.sheet.iris

    def read(self, root: yaml.Node) -> None:
        parts = self.nodes.fields(root, TOP_KEYS, About(entry="the document"))
        document = self.read_document(parts.get("document", root), has_head="document" in parts)
        for item in self.nodes.sequence(parts.get("sections"), About(entry="sections")):
            self.read_section(item)
        if self.body is not None and "sections" not in parts:
            for section in self.body.sections:
                self.add_section(section, Place(self.origin.path, section.line, 1))
        if "document" in parts:
            head = by_key(Nodes("", {}).items(parts["document"]))
            self.sheet.read_relations(head.get("relations"), document.at("relations"))
        Entities(self.sheet, self.origin.slug).read(parts.get("entities"), document)
        for item in self.nodes.sequence(parts.get("unread"), About(entry="unread")):
            self.read_unread(item)
        self.sheet.statements += filed(self.sheet.statements, self.sections.values(), self.origin.slug, self.iris)
        if not {"document", "entities"} & parts.keys() and not self.nodes.problems and self.body is None:
            self.nodes.complain(root, "document-empty", NOTHING, fix=NOTHING_FIX)

    # --- the document and its sections

    def read_document(self, node: yaml.Node, *, has_head: bool) -> Context:
        subject = self.iris.document(self.origin.slug)
        document = Context(subject, self.origin.slug, "document")
        self.sheet.describe(document.at(""), terms.TYPE, terms.DOCUMENT, node)
        if self.body is not None:
            self.read_body(self.body, document.at(""))
        values = self.nodes.fields(node, DOCUMENT_KEYS, About(entry="document")) if has_head else {}
        if "name" in values:
            read_name(values["name"], document.at("document: name"), self.sheet)
        else:
            self.state_name(self.body.name if self.body else self.origin.slug, document.at(""), node)
        self.sheet.describe_texts(values.get("description"), terms.DESCRIPTION, document.at("document: description"))
        if "source" in values:
            self.read_source(values["source"], document.at(""))
        accepted = values.get("accepted")
        acceptance = read_acceptance(accepted, self.nodes, About(entry="document: accepted")) if accepted else None
        return replace(document, basis=self.sheet.basis, acceptance=acceptance)

    def read_body(self, body: Body, document: Context) -> None:
        self.sheet.basis, self.nodes.line_count = terms.STATED, body.line_count
        place = Place(self.origin.path, 1, 1)
        self.sheet.describe(document, terms.LINE_COUNT, terms.integer(body.line_count), place)
        if body.language:
            self.sheet.describe(document, terms.LANGUAGE, Literal(body.language), place)

    def state_name(self, name: str, document: Context, node: yaml.Node) -> None:
        self.sheet.describe(document, terms.NAME, Literal(name), node)
        for language in self.sheet.vocabulary.languages if self.body else ():
            self.sheet.describe(document, terms.LABEL, Literal(name, language=language), node)

    def read_source(self, node: yaml.Node, document: Context) -> None:
        self.sheet.basis = terms.STATED
        about = About(entry="document: source")
        values = self.nodes.fields(node, SOURCE_KEYS, about)
        self.nodes.line_count = self.nodes.number(values.get("lines"), about) or 0
        file, language = (self.nodes.text(values.get(key), about) for key in ("file", "language"))
        facts: Mapping[NamedNode, NamedNode | Literal | None] = {
            terms.SOURCE: Literal(file) if file else None,
            terms.LINE_COUNT: terms.integer(self.nodes.line_count) if self.nodes.line_count else None,
            terms.LANGUAGE: Literal(language) if language else None,
            terms.HOMEPAGE: self.nodes.address(values.get("homepage"), about),
        }
        for predicate, value in facts.items():
            if value is not None:
                self.sheet.describe(document, predicate, value, node)

    def read_section(self, node: yaml.Node) -> None:
        about = About(entry="sections")
        values = self.nodes.fields(node, SECTION_KEYS, about)
        for key in ("slug", "title", "line"):
            if key not in values:
                self.nodes.complain(node, "key-missing", f"a section needs “{key}”.", about)
        slug = self.nodes.reference(values["slug"], about, path=False) if "slug" in values else None
        title = self.nodes.text(values.get("title"), about)
        line = self.nodes.line(values.get("line"), about)
        level = self.nodes.number(values["level"], about) if "level" in values else 1
        if slug and title and line and level:
            under = self.nodes.text(values.get("under"), about) or ""
            self.add_section(Section(slug, title, line, level, under), node)

    def add_section(self, section: Section, node: yaml.Node | Place) -> None:
        if section.slug in self.sections:
            message = f"there is another section “{section.slug}”."
            about = About(section.title, "sections: slug")
            return self.nodes.complain(node, "section-twice", message, about, fix="Give one of the two another slug.")
        if section.parent and section.parent not in self.sections:
            self.nodes.complain(
                node,
                "section-unknown",
                f"there is no section “{section.parent}” above this one.",
                About(section.title, "sections: under"),
                suggestions=nearest(section.parent, self.sections),
            )
        self.sections[section.slug] = section
        whole = self.iris.document(self.origin.slug)
        described = Context(self.iris.section(self.origin.slug, section.slug), section.title)
        facts: tuple[tuple[NamedNode, NamedNode | Literal], ...] = (
            (terms.TYPE, terms.SECTION),
            (terms.NAME, Literal(section.title)),
            (terms.LABEL, Literal(section.title)),
            (terms.LINE, terms.integer(section.line)),
            (terms.LEVEL, terms.integer(section.level)),
            (terms.PART_OF, self.iris.section(self.origin.slug, section.parent) if section.parent else whole),
        )
        for predicate, value in facts:
            self.sheet.describe(described, predicate, value, node)
        return None

    def read_unread(self, node: yaml.Node) -> None:
        about, told = About(entry="unread"), len(self.nodes.problems)
        values = self.nodes.fields(node, ("line", "why"), about)
        line, reasons = self.nodes.line(values.get("line"), about), self.nodes.texts(values.get("why"), about)
        if line and reasons:
            self.unread.append(Unread(line, tuple(reasons.items())))
        elif len(self.nodes.problems) == told:
            self.nodes.complain(node, "key-missing", "a line that is not read needs “line” and “why”.", about)
