"""YAML → document: entities with their relations, opinions and questions, as people write them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import yaml
from pyoxigraph import Literal, NamedNode, Triple

from graph import terms
from graph.documents import (
    Acceptance,
    Document,
    Evidence,
    Origin,
    Place,
    Problem,
    Section,
    Severity,
    Statement,
    Unread,
    section_at,
)
from graph.iris import SLUG, Iris, slugified
from graph.nearness import nearest
from graph.vocabulary import Attribute, Vocabulary

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH: Final = 32
EVIDENCE_KEYS: Final = ("line", "basis", "words", "accepted")
DOCUMENT_KEYS: Final = ("name", "source", "accepted", "description")
SOURCE_KEYS: Final = ("file", "lines", "language", "homepage")
SECTION_KEYS: Final = ("slug", "title", "line", "level", "under")
ENTITY_KEYS: Final = ("type", "name", "also", "description", "relations", "opinions", "questions")
TOP_KEYS: Final = ("document", "sections", "entities", "unread")

Items = list[tuple[yaml.ScalarNode, yaml.Node]]


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text."""
    reading = _Reading(origin, vocabulary, iris)
    root = reading.compose(text)
    if root is not None:
        reading.read(root)
    return Document(
        origin=origin,
        statements=tuple(reading.statements),
        problems=tuple(reading.problems),
        sections=tuple(reading.sections.values()),
        unread=tuple(reading.unread),
    )


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for the statements below a node unless they say otherwise."""

    subject: NamedNode
    name: str
    lines: tuple[int, ...] = ()
    basis: NamedNode = terms.WRITTEN
    words: str = ""
    acceptance: Acceptance | None = None
    entry: str = ""

    def evidence(self) -> Evidence:
        return Evidence(self.lines, self.basis, self.words, self.acceptance)


@dataclass(slots=True)
class _Reading:
    """One pass over one text; it collects statements and problems."""

    origin: Origin
    vocabulary: Vocabulary
    iris: Iris
    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    line_count: int = 0
    has_source: bool = False

    # --- from text to nodes

    def compose(self, text: str) -> yaml.Node | None:
        """Return the root node of *text*, or nothing and a problem."""
        try:
            if not self.is_plain(text):
                return None
            return yaml.compose(text, LOADER)  # type: ignore[no-any-return]  # PyYAML has no types for it
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = self.at(mark.line, mark.column) if mark else self.at(0)
            self.complain(place, "yaml-syntax", _plain_reason(error), fix=_yaml_fix(error))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position)
            self.complain(
                self.at(line),
                "yaml-syntax",
                f"the character U+{ord(error.character):04X} is not allowed in YAML.",
                fix="Remove it.",
            )
        return None

    def is_plain(self, text: str) -> bool:
        """Return whether *text* holds neither aliases nor deep nesting, which can blow up a small file."""
        depth = 0
        for event in yaml.parse(text, LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self.complain(
                    self.at(event.start_mark.line, event.start_mark.column),
                    "yaml-alias",
                    f"anchors and aliases (“{event.anchor}”) are not read.",
                    fix="Write the value out where it is meant.",
                )
                return False
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                self.complain(
                    self.at(event.start_mark.line, event.start_mark.column),
                    "yaml-depth",
                    f"this is nested more than {MAX_DEPTH} levels deep.",
                    fix="A document needs no more than six.",
                )
                return False
        return True

    # --- the parts of a document

    def read(self, root: yaml.Node) -> None:
        parts = dict(self.checked(root, TOP_KEYS, "the document"))
        by_name = {key.value: node for key, node in parts.items()}
        document = _Context(
            self.iris.document(self.origin.slug), self.origin.slug, entry="document", words=""
        )
        document = self.read_document(by_name.get("document"), root, document)
        if "sections" in by_name:
            self.read_sections(by_name["sections"])
        self.read_relations_of_document(by_name.get("document"), document)
        if "entities" in by_name:
            self.read_entities(by_name["entities"], document)
        elif "document" not in by_name:
            self.complain(
                self.place(root), "document-empty", "nothing is stated here.", fix="Add “entities:”."
            )
        if "unread" in by_name:
            self.read_unread(by_name["unread"])
        self.file_under_sections()

    def read_document(self, node: yaml.Node | None, root: yaml.Node, document: _Context) -> _Context:
        self.fact(document.subject, terms.TYPE, terms.DOCUMENT, node or root)
        items = self.items(node, "document") if node is not None else []
        by_name = {key.value: value for key, value in items}
        self.allow(items, (*DOCUMENT_KEYS, "relations"), "document")
        if "name" in by_name:
            self.read_name(by_name["name"], replace(document, entry="document: name"))
        else:
            self.fact(document.subject, terms.NAME, Literal(self.origin.slug), node or root)
        if "source" in by_name:
            self.read_source(by_name["source"], document)
        if "description" in by_name:
            self.read_texts(
                by_name["description"], terms.DESCRIPTION, replace(document, entry="document: description")
            )
        acceptance = self.read_acceptance(by_name["accepted"]) if "accepted" in by_name else None
        return replace(
            document, basis=terms.STATED if self.has_source else terms.WRITTEN, acceptance=acceptance
        )

    def read_relations_of_document(self, node: yaml.Node | None, document: _Context) -> None:
        for key, value in self.items(node, "document") if node is not None else []:
            if key.value == "relations":
                self.read_relations(value, document)

    def read_source(self, node: yaml.Node, document: _Context) -> None:
        self.has_source = True
        for key, value in self.checked(node, SOURCE_KEYS, "document: source"):
            entry = f"document: source: {key.value}"
            if key.value == "lines":
                self.line_count = self.number(value, entry, least=1) or 0
                self.fact(document.subject, terms.LINE_COUNT, _integer(self.line_count), value)
            elif (text := self.text(value, entry)) is None:
                continue
            elif key.value == "file":
                self.fact(document.subject, terms.SOURCE, Literal(text), value)
            elif key.value == "language":
                self.fact(document.subject, terms.LANGUAGE, Literal(text), value)
            elif (address := self.address(value, entry)) is not None:
                self.fact(document.subject, terms.HOMEPAGE, address, value)

    def read_sections(self, node: yaml.Node) -> None:
        for item in self.sequence(node, "sections"):
            values = dict((key.value, value) for key, value in self.checked(item, SECTION_KEYS, "sections"))
            slug = self.slug(values["slug"], "sections: slug") if "slug" in values else None
            title = self.text(values["title"], "sections: title") if "title" in values else None
            line = self.line(values["line"], "sections: line") if "line" in values else None
            level = self.number(values["level"], "sections: level", least=1) if "level" in values else 1
            under = self.text(values["under"], "sections: under") if "under" in values else ""
            for key in ("slug", "title", "line"):
                if key not in values:
                    self.complain(
                        self.place(item), "key-missing", f"a section needs “{key}”.", entry="sections"
                    )
            if slug and title and line and level:
                self.add_section(Section(slug, title, line, level, under or ""), item)

    def add_section(self, section: Section, node: yaml.Node) -> None:
        if section.slug in self.sections:
            return self.complain(
                self.place(node),
                "section-twice",
                f"there is another section “{section.slug}”.",
                entry="sections: slug",
            )
        if section.parent and section.parent not in self.sections:
            near = nearest(section.parent, self.sections)
            self.complain(
                self.place(node),
                "section-unknown",
                f"there is no section “{section.parent}” above this one.",
                entry="sections: under",
                suggestions=near,
            )
        self.sections[section.slug] = section
        subject = self.iris.section(self.origin.slug, section.slug)
        parent = (
            self.iris.section(self.origin.slug, section.parent)
            if section.parent
            else self.iris.document(self.origin.slug)
        )
        facts: tuple[tuple[NamedNode, NamedNode | Literal], ...] = (
            (terms.TYPE, terms.SECTION),
            (terms.NAME, Literal(section.title)),
            (terms.LABEL, Literal(section.title)),
            (terms.LINE, _integer(section.line)),
            (terms.LEVEL, _integer(section.level)),
            (terms.PART_OF, parent),
        )
        for predicate, value in facts:
            self.fact(subject, predicate, value, node)
        return None

    def read_entities(self, node: yaml.Node, document: _Context) -> None:
        for key, value in self.items(node, "entities"):
            slug = self.slug(key, "entities")
            if slug is not None:
                context = replace(document, subject=self.iris.entity(slug), name=slug, entry="", lines=())
                self.read_entity(value, key, context)

    def read_entity(self, node: yaml.Node, key: yaml.Node, context: _Context) -> None:
        items = self.items(node, context.name)
        allowed = (*ENTITY_KEYS, *EVIDENCE_KEYS, *self.vocabulary.attributes)
        self.allow(items, allowed, context.name)
        by_name = {name.value: value for name, value in items}
        names = self.texts(by_name["name"], "name") if "name" in by_name else {}
        context = replace(context, name=self.vocabulary.text(names) or context.name)
        context = self.read_evidence(items, context)
        if "type" in by_name:
            self.read_type(by_name["type"], replace(context, entry="type"))
            if "name" not in by_name:
                self.complain(
                    self.place(key),
                    "name-missing",
                    "it has a type and no name.",
                    entity=context.name,
                    fix=f"Add “name:” below “{_text_of(key)}:”.",
                )
        readers: Mapping[str, Callable[[yaml.Node, _Context], None]] = {
            "name": self.read_name,
            "also": self.read_spellings,
            "description": self.read_description,
            "relations": self.read_relations,
            "opinions": self.read_opinions,
            "questions": self.read_questions,
        }
        for name, value in items:
            field_context = replace(context, entry=name.value)
            if name.value in readers:
                readers[name.value](value, field_context)
            elif name.value in self.vocabulary.attributes:
                self.read_attribute(value, self.vocabulary.attributes[name.value], field_context)

    # --- what an entity holds

    def read_type(self, node: yaml.Node, context: _Context) -> None:
        name = self.text(node, "type", context)
        if name is None:
            return
        known = self.vocabulary.classes.get(name)
        if known is None:
            self.complain(
                self.place(node),
                "type-unknown",
                f"there is no class “{name}”.",
                entity=context.name,
                entry="type",
                suggestions=nearest(name, self.vocabulary.classes),
                fix="" if nearest(name, self.vocabulary.classes) else "The ontology lists the classes.",
            )
        else:
            self.state(context, terms.TYPE, NamedNode(known.iri), node)

    def read_name(self, node: yaml.Node, context: _Context) -> None:
        texts = self.texts(node, context.entry, context)
        if not texts:
            return
        self.fact(context.subject, terms.NAME, Literal(self.vocabulary.text(texts)), node, context.entry)
        labels = texts if "" not in texts else dict.fromkeys(self.vocabulary.languages, texts[""])
        for language, text in labels.items():
            self.fact(context.subject, terms.LABEL, Literal(text, language=language), node, context.entry)

    def read_spellings(self, node: yaml.Node, context: _Context) -> None:
        for item in self.one_or_many(node):
            for language, text in self.texts(item, context.entry, context).items():
                literal = Literal(text, language=language) if language else Literal(text)
                self.fact(context.subject, terms.SPELLING, literal, item, context.entry)

    def read_description(self, node: yaml.Node, context: _Context) -> None:
        self.read_texts(node, terms.DESCRIPTION, context)

    def read_texts(self, node: yaml.Node, predicate: NamedNode, context: _Context) -> None:
        for language, text in self.texts(node, context.entry, context).items():
            literal = Literal(text, language=language) if language else Literal(text)
            self.fact(context.subject, predicate, literal, node, context.entry)

    def read_attribute(self, node: yaml.Node, attribute: Attribute, context: _Context) -> None:
        for item in self.one_or_many(node):
            here, value = context, item
            if isinstance(item, yaml.MappingNode) and attribute.kind != "langString":
                items = self.checked(item, ("value", *EVIDENCE_KEYS), context.entry)
                here = self.read_evidence(items, context)
                found = [node for key, node in items if key.value == "value"]
                if not found:
                    self.complain(
                        self.place(item),
                        "key-missing",
                        "“value” is missing.",
                        entity=context.name,
                        entry=context.entry,
                        fix=f"Write {context.entry}: {{value: …, line: …}}.",
                    )
                    continue
                value = found[0]
            for term in self.values(value, attribute, here):
                self.state(here, NamedNode(attribute.iri), term, value)

    def values(
        self, node: yaml.Node, attribute: Attribute, context: _Context
    ) -> Iterator[NamedNode | Literal]:
        if attribute.kind == "langString":
            for language, text in self.texts(node, context.entry, context).items():
                yield Literal(text, language=language) if language else Literal(text)
        elif attribute.kind == "anyURI":
            address = self.address(node, context.entry, context)
            if address is not None:
                yield address
        elif (text := self.text(node, context.entry, context)) is not None:
            if attribute.kind in ("string", "language"):
                yield Literal(text)
            else:
                yield Literal(text, datatype=NamedNode(f"{terms.XSD}{attribute.kind}"))

    def read_relations(self, node: yaml.Node, context: _Context) -> None:
        for item in self.sequence(node, "relations", context):
            items = self.items(item, "relations")
            here = self.read_evidence(items, context)
            named = [(key, value) for key, value in items if key.value not in EVIDENCE_KEYS]
            if len(named) != 1:
                self.complain(
                    self.place(item),
                    "relation-shape",
                    f"an item has one relation, and this one has {len(named)}.",
                    entity=context.name,
                    entry="relations",
                    fix="Write “- {relation: target, line: …}”, one item for each relation.",
                )
                continue
            self.read_relation(*named[0], here)

    def read_relation(self, key: yaml.ScalarNode, value: yaml.Node, context: _Context) -> None:
        relation = self.vocabulary.relations.get(key.value)
        entry = f"relations: {key.value}"
        if relation is None:
            self.complain(
                self.place(key),
                "relation-unknown",
                f"there is no relation “{key.value}”.",
                entity=context.name,
                entry="relations",
                suggestions=nearest(key.value, self.vocabulary.relations),
            )
            return
        for target in self.one_or_many(value):
            slug = self.reference(target, entry, context)
            if slug is not None:
                here = replace(context, entry=entry)
                self.state(here, NamedNode(relation.iri), self.iris.resolve(slug), target)

    def read_opinions(self, node: yaml.Node, context: _Context) -> None:
        for item in self.sequence(node, "opinions", context):
            items = self.items(item, "opinions")
            self.allow(items, (*self.vocabulary.polarities, "lang", "grade", *EVIDENCE_KEYS), context.name)
            by_name = {key.value: value for key, value in items}
            polarities = [key for key in by_name if key in self.vocabulary.polarities]
            if len(polarities) != 1:
                self.complain(
                    self.place(item),
                    "opinion-shape",
                    "an opinion has one polarity with its words.",
                    entity=context.name,
                    entry="opinions",
                    fix=f"Write one of {', '.join(self.vocabulary.polarities)}, then the words.",
                )
                continue
            here = replace(self.read_evidence(items, context), entry=f"opinions: {polarities[0]}")
            self.read_opinion(polarities[0], by_name, here)

    def read_opinion(self, polarity: str, by_name: Mapping[str, yaml.Node], context: _Context) -> None:
        node = by_name[polarity]
        words = self.text(node, context.entry, context)
        if words is None:
            return
        language = self.text(by_name["lang"], "opinions: lang", context) if "lang" in by_name else None
        opinion = self.iris.part(self.origin.slug, "opinion", context.subject.value, polarity, words)
        self.fact(opinion, terms.TYPE, terms.OPINION, node)
        self.fact(opinion, terms.POLARITY, NamedNode(self.vocabulary.polarities[polarity]), node)
        self.fact(opinion, terms.WORDS, _worded(words, language), node)
        if "grade" in by_name and (grade := self.text(by_name["grade"], "opinions: grade", context)):
            self.fact(opinion, terms.GRADE, Literal(grade), by_name["grade"])
        self.state(replace(context, words=context.words or words), terms.HAS_OPINION, opinion, node)

    def read_questions(self, node: yaml.Node, context: _Context) -> None:
        for item in self.sequence(node, "questions", context):
            items = self.checked(item, ("ask", "would", *EVIDENCE_KEYS), "questions")
            here = replace(self.read_evidence(items, context), entry="questions")
            by_name = {key.value: value for key, value in items}
            asked = self.texts(by_name["ask"], "questions: ask", here) if "ask" in by_name else {}
            if not asked:
                self.complain(
                    self.place(item),
                    "key-missing",
                    "a question needs “ask”.",
                    entity=context.name,
                    entry="questions",
                )
                continue
            question = self.iris.part(
                self.origin.slug, "question", context.subject.value, *sorted(asked.values())
            )
            self.fact(question, terms.TYPE, terms.QUESTION, item)
            for language, text in asked.items():
                self.fact(
                    question,
                    terms.LABEL,
                    Literal(text, language=language) if language else Literal(text),
                    item,
                )
            if "would" in by_name:
                self.read_would(by_name["would"], question, here)
            self.state(here, terms.HAS_QUESTION, question, item)

    def read_would(self, node: yaml.Node, question: NamedNode, context: _Context) -> None:
        """Read what would hold if the answer were yes; it is described, never stated."""
        for key, value in self.items(node, "questions: would"):
            relation = self.vocabulary.relations.get(key.value)
            slug = self.reference(value, "questions: would", context)
            if relation is None:
                self.complain(
                    self.place(key),
                    "relation-unknown",
                    f"there is no relation “{key.value}”.",
                    entity=context.name,
                    entry="questions: would",
                    suggestions=nearest(key.value, self.vocabulary.relations),
                )
            elif slug is not None:
                self.fact(question, terms.ASKS_RELATION, NamedNode(relation.iri), key)
                self.fact(question, terms.ASKS_TARGET, self.iris.resolve(slug), value)

    def read_unread(self, node: yaml.Node) -> None:
        for item in self.sequence(node, "unread"):
            by_name = {key.value: value for key, value in self.checked(item, ("line", "why"), "unread")}
            line = self.line(by_name["line"], "unread: line") if "line" in by_name else None
            reasons = self.texts(by_name["why"], "unread: why") if "why" in by_name else {}
            if line and reasons:
                self.unread.append(Unread(line, tuple(reasons.items())))
            else:
                self.complain(
                    self.place(item),
                    "key-missing",
                    "a line that is not read needs “line” and “why”.",
                    entry="unread",
                )

    def file_under_sections(self) -> None:
        """State in which section each entity is mentioned, once for each section, at its first line there."""
        if not self.sections:
            return
        document = self.iris.document(self.origin.slug)
        first: dict[tuple[NamedNode, str], tuple[int, Statement]] = {}
        for statement in self.statements:
            subject = statement.triple.subject
            if statement.evidence is None or subject == document or not isinstance(subject, NamedNode):
                continue
            for line in statement.evidence.lines:
                section = section_at(self.sections.values(), line)
                if section is not None:
                    first.setdefault((subject, section.slug), (line, statement))
        for (subject, slug), (line, statement) in first.items():
            evidence = statement.evidence
            acceptance = evidence.acceptance if evidence else None
            triple = Triple(subject, terms.IN_SECTION, self.iris.section(self.origin.slug, slug))
            filed = Evidence((line,), terms.NESTING, acceptance=acceptance)
            self.statements.append(Statement(triple, statement.written, "line", filed))

    # --- evidence

    def read_evidence(self, items: Items, context: _Context) -> _Context:
        """Return *context* with what *items* say of line, basis, words and acceptance."""
        by_name = {key.value: value for key, value in items}
        if "line" in by_name:
            lines = tuple(
                line
                for node in self.one_or_many(by_name["line"])
                if (line := self.line(node, "line", context))
            )
            basis = terms.STATED if self.has_source else terms.WRITTEN
            context = replace(context, lines=lines, basis=basis, words="")
        if "basis" in by_name:
            context = replace(context, basis=self.basis(by_name["basis"], context))
        if "words" in by_name:
            context = replace(context, words=self.text(by_name["words"], "words", context) or "")
        if "accepted" in by_name:
            context = replace(context, acceptance=self.read_acceptance(by_name["accepted"], context))
        return context

    def basis(self, node: yaml.Node, context: _Context) -> NamedNode:
        name = self.text(node, "basis", context) or ""
        if name in self.vocabulary.bases:
            return NamedNode(self.vocabulary.bases[name])
        self.complain(
            self.place(node),
            "basis-unknown",
            f"there is no basis “{name}”.",
            entity=context.name,
            entry="basis",
            suggestions=nearest(name, self.vocabulary.bases),
            fix=f"Use one of {', '.join(self.vocabulary.bases)}.",
        )
        return context.basis

    def read_acceptance(self, node: yaml.Node, context: _Context | None = None) -> Acceptance | None:
        by_name = {key.value: value for key, value in self.checked(node, ("by", "on"), "accepted")}
        by = self.text(by_name["by"], "accepted: by", context) if "by" in by_name else None
        on = self.text(by_name["on"], "accepted: on", context) if "on" in by_name else None
        try:
            if by and on:
                return Acceptance(by, date.fromisoformat(on))
        except ValueError:
            pass
        self.complain(
            self.place(node),
            "acceptance-shape",
            "acceptance says who and on which day.",
            entity=context.name if context else "",
            entry="accepted",
            fix="Write {by: …, on: 2026-11-23}.",
        )
        return None

    # --- values

    def text(self, node: yaml.Node, entry: str, context: _Context | None = None) -> str | None:
        """Return the text of a scalar as it was typed, without looking for numbers or truth in it."""
        if isinstance(node, yaml.ScalarNode) and node.value.strip() and not _is_null(node):
            return str(node.value).strip()
        found = "nothing" if isinstance(node, yaml.ScalarNode) else f"a {node.id}"
        self.complain(
            self.place(node),
            "text-expected",
            f"a text is expected here, not {found}.",
            entity=context.name if context else "",
            entry=entry,
        )
        return None

    def texts(self, node: yaml.Node, entry: str, context: _Context | None = None) -> dict[str, str]:
        """Return texts by language; one without a language has the key ``""``."""
        if not isinstance(node, yaml.MappingNode):
            text = self.text(node, entry, context)
            return {"": text} if text else {}
        found = {}
        for key, value in self.items(node, entry):
            if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", key.value):
                self.complain(
                    self.place(key),
                    "language-tag",
                    f"“{key.value}” is not a language tag.",
                    entity=context.name if context else "",
                    entry=entry,
                    fix="Use a tag such as en or fr.",
                )
            elif (text := self.text(value, entry, context)) is not None:
                found[key.value.lower()] = text
        return found

    def number(
        self, node: yaml.Node, entry: str, *, least: int, context: _Context | None = None
    ) -> int | None:
        if (
            isinstance(node, yaml.ScalarNode)
            and re.fullmatch(r"[0-9]{1,9}", node.value)
            and int(node.value) >= least
        ):
            return int(node.value)
        self.complain(
            self.place(node),
            "number-expected",
            f"a whole number from {least} is expected here, not “{_text_of(node)}”.",
            entity=context.name if context else "",
            entry=entry,
        )
        return None

    def line(self, node: yaml.Node, entry: str, context: _Context | None = None) -> int | None:
        line = self.number(node, entry, least=1, context=context)
        if line and self.line_count and line > self.line_count:
            self.complain(
                self.place(node),
                "line-beyond-end",
                f"line {line} is beyond the end of the source, which has {self.line_count} lines.",
                entity=context.name if context else "",
                entry=entry,
                fix="Name the line of the source that says it, or correct “lines” under “source”.",
            )
            return None
        return line

    def slug(self, node: yaml.Node, entry: str) -> str | None:
        slug = _text_of(node)
        if SLUG.fullmatch(slug):
            return slug
        self.complain(
            self.place(node),
            "slug-form",
            f"“{slug[:80]}” is not a slug: lower-case letters, digits, dots and hyphens, at most 120.",
            entry=entry,
            suggestions=(slugified(slug)[:120],) if SLUG.fullmatch(slugified(slug)[:120]) else (),
        )
        return None

    def reference(self, node: yaml.Node, entry: str, context: _Context) -> str | None:
        """Return the slug of a target, or the path of a document or section."""
        text = self.text(node, entry, context)
        if text is None:
            return None
        if all(SLUG.fullmatch(part) for part in text.split("/")):
            return text
        self.complain(
            self.place(node),
            "slug-form",
            f"“{text[:80]}” is not a slug.",
            entity=context.name,
            entry=entry,
            suggestions=(slugified(text)[:120],) if SLUG.fullmatch(slugified(text)[:120]) else (),
        )
        return None

    def address(self, node: yaml.Node, entry: str, context: _Context | None = None) -> NamedNode | None:
        text = self.text(node, entry, context)
        if text is None:
            return None
        if re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text):
            return NamedNode(text)
        self.complain(
            self.place(node),
            "address-form",
            f"“{text[:80]}” is not a web address.",
            entity=context.name if context else "",
            entry=entry,
            fix="Write it whole, from https:// on, without spaces.",
        )
        return None

    # --- nodes

    def items(self, node: yaml.Node, entry: str) -> Items:
        """Return the pairs of a mapping; a key that stands twice is a problem and the first one counts."""
        if not isinstance(node, yaml.MappingNode):
            if not _is_null(node):
                self.complain(
                    self.place(node),
                    "mapping-expected",
                    "“key: value” pairs are expected here.",
                    entry=entry,
                )
            return []
        seen: dict[str, yaml.ScalarNode] = {}
        pairs: Items = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(self.place(key), "key-form", "a key must be a plain word.", entry=entry)
            elif key.value in seen:
                first = seen[key.value].start_mark.line + 1
                self.complain(
                    self.place(key),
                    "key-twice",
                    f"“{key.value}” stands here for the second time; the first is on line {first}.",
                    entry=entry,
                    fix="Put both under one, or rename one.",
                )
            else:
                seen[key.value] = key
                pairs.append((key, value))
        return pairs

    def checked(self, node: yaml.Node, allowed: Iterable[str], entry: str) -> Items:
        items = self.items(node, entry)
        self.allow(items, tuple(allowed), entry)
        return [(key, value) for key, value in items if key.value in allowed]

    def allow(self, items: Items, allowed: tuple[str, ...], entry: str) -> None:
        for key, _ in items:
            if key.value in allowed:
                continue
            if key.value in self.vocabulary.relations:
                message = f"“{key.value}” is a relation and stands in the wrong place."
                fix = f"Write it under “relations:” as “- {{{key.value}: …}}”."
                self.complain(self.place(key), "key-unknown", message, entry=entry, fix=fix)
                continue
            self.complain(
                self.place(key),
                "key-unknown",
                f"“{key.value[:80]}” means nothing here.",
                entry=entry,
                suggestions=nearest(key.value, (*allowed, *self.vocabulary.relations)),
                fix=f"Here may stand: {', '.join(allowed)}.",
            )

    def sequence(self, node: yaml.Node, entry: str, context: _Context | None = None) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if not _is_null(node):
            self.complain(
                self.place(node),
                "list-expected",
                "a list is expected here.",
                entity=context.name if context else "",
                entry=entry,
                fix="Begin each item with “- ”.",
            )
        return []

    @staticmethod
    def one_or_many(node: yaml.Node) -> list[yaml.Node]:
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    # --- results

    def state(
        self, context: _Context, predicate: NamedNode, value: NamedNode | Literal, node: yaml.Node
    ) -> None:
        triple = Triple(context.subject, predicate, value)
        self.statements.append(Statement(triple, self.place(node), context.entry, context.evidence()))

    def fact(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        value: NamedNode | Literal,
        node: yaml.Node,
        entry: str = "",
    ) -> None:
        self.statements.append(Statement(Triple(subject, predicate, value), self.place(node), entry))

    def complain(self, place: Place, code: str, message: str, **more: Any) -> None:
        self.problems.append(Problem(Severity.VIOLATION, place, code, message, **more))

    def place(self, node: yaml.Node) -> Place:
        return self.at(node.start_mark.line, node.start_mark.column)

    def at(self, line: int, column: int = 0) -> Place:
        return Place(self.origin.path, line + 1, column + 1)


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=terms.XSD_INTEGER)


def _worded(words: str, language: str | None) -> Literal:
    return Literal(words, language=language) if language else Literal(words)


def _text_of(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else f"a {node.id}"


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ("", "~", "null")


def _plain_reason(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be read"
    if "'\\t'" in problem or "tab" in problem.lower():
        return "a tab stands where YAML wants spaces."
    context = f" {error.context}" if error.context else ""
    return f"this is not YAML: {problem}{context}."


def _yaml_fix(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "'\\t'" in problem or "tab" in problem.lower():
        return "Indent with spaces, two for each level."
    if "mapping values are not allowed" in problem:
        return "Put a text that holds “: ” between quotes, or check the indentation."
    return "Check the indentation, the quotes and the brackets on this line and the one before."
