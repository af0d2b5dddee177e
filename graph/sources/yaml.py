"""YAML → document: entities with their relations, opinions and questions, as people write them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import (
    Acceptance,
    Document,
    Evidence,
    Origin,
    Place,
    Section,
    Statement,
    Unread,
    section_at,
)
from graph.iris import Iris
from graph.nearness import nearest
from graph.sources.yaml_nodes import About, Nodes, by_key, one_or_many
from graph.vocabulary import Attribute, Relation, Vocabulary

NOTHING: Final = "nothing is stated here."
NOTHING_FIX: Final = "Add “entities:”."
TOP_KEYS: Final = ("document", "sections", "entities", "unread")
DOCUMENT_KEYS: Final = ("name", "source", "accepted", "description", "relations")
SOURCE_KEYS: Final = ("file", "lines", "language", "homepage")
SECTION_KEYS: Final = ("slug", "title", "line", "level", "under")
ENTITY_KEYS: Final = ("type", "name", "also", "same", "apart", "description", "relations", "opinions", "questions")
EVIDENCE_KEYS: Final = ("line", "basis", "words", "accepted")


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text."""
    elsewhere = {key: f"It is a relation: write “- {{{key}: …}}” under “relations:”." for key in vocabulary.relations}
    reading = _Reading(origin, vocabulary, iris, Nodes(origin.path, elsewhere))
    root = reading.nodes.compose(text)
    if root is not None:
        reading.read(root)
    elif not reading.nodes.problems:
        reading.nodes.complain(Place(origin.path, 1), "document-empty", NOTHING, fix=NOTHING_FIX)
    return Document(
        origin=origin,
        statements=tuple(reading.statements),
        problems=tuple(reading.nodes.problems),
        sections=tuple(reading.sections.values()),
        unread=tuple(reading.unread),
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for the statements below a node unless they say otherwise."""

    subject: NamedNode
    name: str
    entry: str = ""
    lines: tuple[int, ...] = ()
    basis: NamedNode = terms.WRITTEN
    words: str = ""
    acceptance: Acceptance | None = None

    @property
    def about(self) -> About:
        return About(self.name, self.entry)

    def at(self, entry: str) -> "_Context":
        return replace(self, entry=entry)


@dataclass(slots=True)
class _Reading:
    """One pass over one text; it collects statements."""

    origin: Origin
    vocabulary: Vocabulary
    iris: Iris
    nodes: Nodes
    statements: list[Statement] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    basis: NamedNode = terms.WRITTEN

    def read(self, root: yaml.Node) -> None:
        parts = self.nodes.fields(root, TOP_KEYS, About(entry="the document"))
        document = self.read_document(parts.get("document", root), has_head="document" in parts)
        for item in self.nodes.sequence(parts.get("sections"), About(entry="sections")):
            self.read_section(item)
        if "document" in parts:
            head = by_key(Nodes("", {}).items(parts["document"]))
            self.read_relations(head.get("relations"), document.at("relations"))
        self.read_entities(parts.get("entities"), document)
        for item in self.nodes.sequence(parts.get("unread"), About(entry="unread")):
            self.read_unread(item)
        self.file_under_sections()
        if not {"document", "entities"} & parts.keys() and not self.nodes.problems:
            self.nodes.complain(root, "document-empty", NOTHING, fix=NOTHING_FIX)

    # --- the document and its sections

    def read_document(self, node: yaml.Node, *, has_head: bool) -> _Context:
        subject = self.iris.document(self.origin.slug)
        document = _Context(subject, self.origin.slug, "document")
        self.fact(subject, terms.TYPE, terms.DOCUMENT, node)
        values = self.nodes.fields(node, DOCUMENT_KEYS, About(entry="document")) if has_head else {}
        if "name" in values:
            self.read_name(values["name"], document.at("document: name"))
        else:
            self.fact(subject, terms.NAME, Literal(self.origin.slug), node)
        self.read_texts(values.get("description"), terms.DESCRIPTION, document.at("document: description"))
        if "source" in values:
            self.read_source(values["source"], subject)
        accepted = values.get("accepted")
        acceptance = self.nodes.acceptance(accepted, About(entry="document: accepted")) if accepted else None
        return replace(document, basis=self.basis, acceptance=acceptance)

    def read_source(self, node: yaml.Node, subject: NamedNode) -> None:
        self.basis = terms.STATED
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
                self.fact(subject, predicate, value, node)

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

    def add_section(self, section: Section, node: yaml.Node) -> None:
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
        subject = self.iris.section(self.origin.slug, section.slug)
        facts: tuple[tuple[NamedNode, NamedNode | Literal], ...] = (
            (terms.TYPE, terms.SECTION),
            (terms.NAME, Literal(section.title)),
            (terms.LABEL, Literal(section.title)),
            (terms.LINE, terms.integer(section.line)),
            (terms.LEVEL, terms.integer(section.level)),
            (terms.PART_OF, self.iris.section(self.origin.slug, section.parent) if section.parent else whole),
        )
        for predicate, value in facts:
            self.fact(subject, predicate, value, node)
        return None

    def read_unread(self, node: yaml.Node) -> None:
        about, told = About(entry="unread"), len(self.nodes.problems)
        values = self.nodes.fields(node, ("line", "why"), about)
        line, reasons = self.nodes.line(values.get("line"), about), self.nodes.texts(values.get("why"), about)
        if line and reasons:
            self.unread.append(Unread(line, tuple(reasons.items())))
        elif len(self.nodes.problems) == told:
            self.nodes.complain(node, "key-missing", "a line that is not read needs “line” and “why”.", about)

    def file_under_sections(self) -> None:
        """State in which section each entity is mentioned, once for each section, at its first line there."""
        document = self.iris.document(self.origin.slug)
        first: dict[tuple[NamedNode, str], tuple[int, Statement, Evidence]] = {}
        for statement in self.statements:
            subject, evidence = statement.triple.subject, statement.evidence
            if evidence is None or subject == document or not isinstance(subject, NamedNode):
                continue
            for line in evidence.lines:
                section = section_at(self.sections.values(), line)
                if section is not None:
                    first.setdefault((subject, section.slug), (line, statement, evidence))
        for (subject, slug), (line, statement, evidence) in first.items():
            triple = Triple(subject, terms.IN_SECTION, self.iris.section(self.origin.slug, slug))
            filed = Evidence((line,), terms.NESTING, acceptance=evidence.acceptance)
            self.statements.append(Statement(triple, statement.written, "line", filed))

    # --- entities

    def read_entities(self, node: yaml.Node | None, document: _Context) -> None:
        for key, value in self.nodes.items(node, About(entry="entities")):
            slug = self.nodes.reference(key, About(entry="entities"), path=False)
            if slug is not None:
                subject = self.iris.entity(slug)
                self.read_entity(value, key, replace(document, subject=subject, name=slug, entry="entities"))

    def read_entity(self, node: yaml.Node, key: yaml.Node, context: _Context) -> None:
        items = self.nodes.items(node, context.about)
        names = Nodes("", {}).texts(by_key(items).get("name"), About())
        context = replace(context, name=self.vocabulary.text(names) or context.name)
        allowed = (*ENTITY_KEYS, *EVIDENCE_KEYS, *self.vocabulary.attributes)
        values = self.nodes.known(items, allowed, context.about)
        context = self.evidence(values, context)
        if "type" in values and "name" not in values:
            fix = f"Add “name:” below “{context.name}:”."
            self.nodes.complain(key, "name-missing", "it has a type and no name.", context.about, fix=fix)
        readers: Mapping[str, Callable[[yaml.Node, _Context], None]] = {
            "type": self.read_type,
            "name": self.read_name,
            "also": self.read_spellings,
            "same": self.read_decisions,
            "apart": self.read_decisions,
            "description": self.read_description,
            "relations": self.read_relations,
            "opinions": self.read_opinions,
            "questions": self.read_questions,
        }
        for name, value in values.items():
            if name in readers:
                readers[name](value, context.at(name))
            elif name in self.vocabulary.attributes:
                self.read_attribute(value, self.vocabulary.attributes[name], context.at(name))

    def read_type(self, node: yaml.Node, context: _Context) -> None:
        name = self.nodes.text(node, context.about)
        known = self.vocabulary.classes.get(name or "")
        if known is not None:
            self.state(context, terms.TYPE, NamedNode(known.iri), node)
        elif name is not None:
            near = nearest(name, self.vocabulary.classes)
            fix = "" if near else "`/api/types` and the ontology list the classes."
            message = f"there is no class “{name[:80]}”."
            self.nodes.complain(node, "type-unknown", message, context.about, suggestions=near, fix=fix)

    def read_name(self, node: yaml.Node, context: _Context) -> None:
        texts = self.nodes.texts(node, context.about)
        if not texts:
            return
        self.fact(context.subject, terms.NAME, Literal(self.vocabulary.text(texts)), node, context.entry)
        labels = texts if "" not in texts else dict.fromkeys(self.vocabulary.languages, texts[""])
        for language, text in labels.items():
            self.fact(context.subject, terms.LABEL, Literal(text, language=language), node, context.entry)

    def read_spellings(self, node: yaml.Node, context: _Context) -> None:
        for item in one_or_many(node):
            self.read_texts(item, terms.SPELLING, context)

    def read_decisions(self, node: yaml.Node, context: _Context) -> None:
        """Read which things of other people's data it is, or is not: each is a document, a slash and a slug."""
        predicate = terms.SAME if context.entry == "same" else terms.APART
        for item in one_or_many(node):
            reference = self.nodes.reference(item, context.about)
            document, _, slug = (reference or "").partition("/")
            if slug and "/" not in slug:
                self.state(context, predicate, self.iris.item(document, slug), item)
            elif reference:
                message = f"“{reference[:80]}” names nothing in other people's data."
                fix = "Write the document and the slug with a slash between them, such as landscape/rook."
                self.nodes.complain(item, "decision-form", message, context.about, fix=fix)

    def read_description(self, node: yaml.Node, context: _Context) -> None:
        self.read_texts(node, terms.DESCRIPTION, context)

    def read_texts(self, node: yaml.Node | None, predicate: NamedNode, context: _Context) -> None:
        for language, text in self.nodes.texts(node, context.about).items():
            if node is not None:
                self.fact(context.subject, predicate, _literal(text, language), node, context.entry)

    # --- attributes and relations

    def read_attribute(self, node: yaml.Node, attribute: Attribute, context: _Context) -> None:
        for item in one_or_many(node):
            here, value = context, item
            if isinstance(item, yaml.MappingNode) and attribute.kind != "langString":
                told = len(self.nodes.problems)
                values = self.nodes.fields(item, ("value", *EVIDENCE_KEYS), context.about)
                here = self.evidence(values, context)
                if "value" not in values and len(self.nodes.problems) > told:
                    continue
                if "value" not in values:
                    fix = f"Write {context.entry}: {{value: …, line: …}}."
                    self.nodes.complain(item, "key-missing", "“value” is missing.", context.about, fix=fix)
                    continue
                value = values["value"]
            for term in self.values(value, attribute, here):
                self.state(here, NamedNode(attribute.iri), term, value)

    def values(self, node: yaml.Node, attribute: Attribute, context: _Context) -> Iterator[NamedNode | Literal]:
        """Yield the values that *node* gives to an attribute, each as the kind of the attribute wants it."""
        if attribute.kind == "langString":
            yield from (_literal(text, tag) for tag, text in self.nodes.texts(node, context.about).items())
        elif attribute.kind == "anyURI":
            address = self.nodes.address(node, context.about)
            if address is not None:
                yield address
        elif (text := self.nodes.text(node, context.about)) is not None:
            is_text = attribute.kind in ("string", "language")
            yield Literal(text) if is_text else Literal(text, datatype=NamedNode(terms.XSD + attribute.kind))

    def read_relations(self, node: yaml.Node | None, context: _Context) -> None:
        for item in self.nodes.sequence(node, context.about):
            if not isinstance(item, yaml.MappingNode):
                self.nodes.items(item, context.about)
                continue
            items = self.nodes.items(item, context.about)
            named = [(key, value) for key, value in items if key.value not in EVIDENCE_KEYS]
            if len(named) == 1:
                here = self.evidence(by_key(items), context)
                self.read_relation(*named[0], here)
                continue
            message = f"an item has one relation, and this one has {len(named)}."
            fix = "Write “- {relation: target, line: …}”, one item for each relation."
            self.nodes.complain(item, "relation-shape", message, context.about, fix=fix)

    def read_relation(self, key: yaml.ScalarNode, value: yaml.Node, context: _Context) -> None:
        relation = self.relation(key, context)
        here = context.at(f"relations: {key.value}")
        for target in one_or_many(value):
            slug = self.nodes.reference(target, here.about)
            if relation is not None and slug is not None:
                self.state(here, NamedNode(relation.iri), self.iris.resolve(slug), target)

    def relation(self, key: yaml.ScalarNode, context: _Context) -> Relation | None:
        """Return the relation that *key* names, or nothing and a problem."""
        if key.value in self.vocabulary.relations:
            return self.vocabulary.relations[key.value]
        near = nearest(key.value, self.vocabulary.relations)
        fix = "" if near else "`/api/relations` and the ontology list the relations."
        message = f"there is no relation “{key.value[:80]}”."
        self.nodes.complain(key, "relation-unknown", message, context.about, suggestions=near, fix=fix)
        return None

    # --- opinions and questions

    def read_opinions(self, node: yaml.Node, context: _Context) -> None:
        for item in self.nodes.sequence(node, context.about):
            keys = (*self.vocabulary.polarities, "lang", "grade", *EVIDENCE_KEYS)
            told = len(self.nodes.problems)
            values = self.nodes.fields(item, keys, context.about)
            polarities = [key for key in values if key in self.vocabulary.polarities]
            if len(polarities) == 1:
                here = self.evidence(values, context).at(f"opinions: {polarities[0]}")
                self.read_opinion(polarities[0], values, here)
            if len(polarities) == 1 or len(self.nodes.problems) > told:
                continue
            message = "an opinion has one polarity with its words."
            fix = f"Write one of {', '.join(self.vocabulary.polarities)}, then the words."
            self.nodes.complain(item, "opinion-shape", message, context.about, fix=fix)

    def read_opinion(self, polarity: str, values: Mapping[str, yaml.Node], context: _Context) -> None:
        node = values[polarity]
        words = self.nodes.text(node, context.about)
        if words is None:
            return
        language = self.nodes.language(values.get("lang"), context.at("opinions: lang").about)
        grade = self.nodes.text(values.get("grade"), context.at("opinions: grade").about)
        opinion = self.iris.part(self.origin.slug, "opinion", context.subject.value, polarity, words)
        self.fact(opinion, terms.TYPE, terms.OPINION, node)
        self.fact(opinion, terms.POLARITY, NamedNode(self.vocabulary.polarities[polarity]), node)
        self.fact(opinion, terms.WORDS, _literal(words, language), node)
        if grade:
            self.fact(opinion, terms.GRADE, Literal(grade), values["grade"], "opinions: grade")
        self.state(replace(context, words=context.words or words), terms.HAS_OPINION, opinion, node)

    def read_questions(self, node: yaml.Node, context: _Context) -> None:
        for item in self.nodes.sequence(node, context.about):
            told = len(self.nodes.problems)
            values = self.nodes.fields(item, ("ask", "would", *EVIDENCE_KEYS), context.about)
            asked = self.nodes.texts(values.get("ask"), context.about)
            if not asked and len(self.nodes.problems) == told:
                self.nodes.complain(item, "key-missing", "a question needs “ask”.", context.about)
            if not asked:
                continue
            facts = (self.origin.slug, "question", context.subject.value, *sorted(asked.values()))
            question = self.iris.part(*facts)
            self.fact(question, terms.TYPE, terms.QUESTION, item)
            for language, text in asked.items():
                self.fact(question, terms.LABEL, _literal(text, language), item)
            self.read_would(values.get("would"), question, context.at("questions: would"))
            self.state(self.evidence(values, context), terms.HAS_QUESTION, question, item)

    def read_would(self, node: yaml.Node | None, question: NamedNode, context: _Context) -> None:
        """Read what would hold if the answer were yes; it is described, never stated."""
        for key, value in self.nodes.items(node, context.about):
            relation, slug = self.relation(key, context), self.nodes.reference(value, context.about)
            if relation is not None and slug is not None:
                self.fact(question, terms.ASKS_RELATION, NamedNode(relation.iri), key)
                self.fact(question, terms.ASKS_TARGET, self.iris.resolve(slug), value)

    # --- evidence and results

    def evidence(self, values: Mapping[str, yaml.Node], context: _Context) -> _Context:
        """Return *context* with what *values* say of line, basis, words and acceptance.

        A statement with a line of its own is stated there unless it says otherwise.
        """
        about = context.about
        if "line" in values:
            lines = tuple(line for node in one_or_many(values["line"]) if (line := self.nodes.line(node, about)))
            context = replace(context, lines=lines, basis=self.basis, words="")
        if "basis" in values:
            context = replace(context, basis=self.basis_at(values["basis"], context))
        if "words" in values:
            context = replace(context, words=self.nodes.text(values["words"], about) or "")
        if "accepted" in values:
            context = replace(context, acceptance=self.nodes.acceptance(values["accepted"], about))
        return context

    def basis_at(self, node: yaml.Node, context: _Context) -> NamedNode:
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

    def state(self, context: _Context, predicate: NamedNode, value: NamedNode | Literal, node: yaml.Node) -> None:
        """Add a statement that has a record."""
        evidence = Evidence(context.lines, context.basis, context.words, context.acceptance)
        triple = Triple(context.subject, predicate, value)
        self.statements.append(Statement(triple, self.nodes.place(node), context.entry, evidence))

    def fact(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: NamedNode | Literal,
        node: yaml.Node,
        entry: str = "",
    ) -> None:
        """Add a statement that needs no record: a name, a heading, a part of an opinion."""
        self.statements.append(Statement(Triple(subject, predicate, value), self.nodes.place(node), entry))


def _literal(text: str, language: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)
