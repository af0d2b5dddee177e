"""What a YAML document says of entities: what they are, how they are called, relations, opinions and questions."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import yaml
from pyoxigraph import Literal, NamedNode

from graph import terms
from graph.nearness import nearest
from graph.sources.yaml_nodes import About, Nodes, by_key, one_or_many
from graph.sources.yaml_sheet import EVIDENCE_KEYS, Context, Sheet, literal
from graph.vocabulary import Attribute

ENTITY_KEYS: Final = ("type", "name", "also", "same", "apart", "description", "relations", "opinions", "questions")


@dataclass(frozen=True, slots=True)
class Entities:
    """Reads the entities of the document *slug* onto a sheet."""

    sheet: Sheet
    slug: str

    def read(self, node: yaml.Node | None, document: Context) -> None:
        """Read all of them; what holds for the document holds for them."""
        for key, value in self.sheet.nodes.items(node, About(entry="entities")):
            slug = self.sheet.nodes.reference(key, About(entry="entities"), path=False)
            if slug is not None:
                subject = self.sheet.iris.entity(slug)
                self._read_entity(value, key, replace(document, subject=subject, name=slug, entry="entities"))

    def _read_entity(self, node: yaml.Node, key: yaml.Node, context: Context) -> None:
        nodes, vocabulary = self.sheet.nodes, self.sheet.vocabulary
        items = nodes.items(node, context.about)
        names = Nodes("", {}).texts(by_key(items).get("name"), About())
        context = replace(context, name=vocabulary.text(names) or context.name)
        allowed = (*ENTITY_KEYS, *EVIDENCE_KEYS, *vocabulary.attributes)
        values = nodes.known(items, allowed, context.about)
        context = self.sheet.evidence(values, context)
        if "type" in values and "name" not in values:
            fix = f"Add “name:” below “{context.name}:”."
            nodes.complain(key, "name-missing", "it has a type and no name.", context.about, fix=fix)
        if "proposed" in values and "type" not in values and context.is_open:
            # That there is such a thing is what is proposed; what it is must be said before it can be accepted.
            self.sheet.state(context.at("type"), terms.TYPE, terms.ENTITY, key)
        readers: Mapping[str, Callable[[yaml.Node, Context], None]] = {
            "type": self._read_type,
            "name": self._read_name,
            "also": self._read_spellings,
            "same": self._read_joins,
            "apart": self._read_joins,
            "description": self._read_description,
            "relations": self.sheet.read_relations,
            "opinions": self._read_opinions,
            "questions": self._read_questions,
        }
        for name, value in values.items():
            if name in readers:
                readers[name](value, context.at(name))
            elif name in vocabulary.attributes:
                self._read_attribute(value, vocabulary.attributes[name], context.at(name))

    def _read_type(self, node: yaml.Node, context: Context) -> None:
        classes = self.sheet.vocabulary.classes
        name = self.sheet.nodes.text(node, context.about)
        known = classes.get(name or "")
        if known is not None:
            self.sheet.state(context, terms.TYPE, NamedNode(known.iri), node)
        elif name is not None:
            near = nearest(name, classes)
            fix = "" if near else "`/api/types` and the ontology list the classes."
            message = f"there is no class “{name[:80]}”."
            self.sheet.nodes.complain(node, "type-unknown", message, context.about, suggestions=near, fix=fix)

    def _read_name(self, node: yaml.Node, context: Context) -> None:
        read_name(node, context, self.sheet)

    def _read_spellings(self, node: yaml.Node, context: Context) -> None:
        for item in one_or_many(node):
            self.sheet.describe_texts(item, terms.SPELLING, context)

    def _read_joins(self, node: yaml.Node, context: Context) -> None:
        """Read which things of other people's data it is, or is not: each is a document, a slash and a slug."""
        nodes = self.sheet.nodes
        predicate = terms.SAME if context.entry == "same" else terms.APART
        for item in one_or_many(node):
            reference = nodes.reference(item, context.about)
            document, _, slug = (reference or "").partition("/")
            if slug and "/" not in slug:
                self.sheet.state(context, predicate, self.sheet.iris.item(document, slug), item)
            elif reference:
                message = f"“{reference[:80]}” names nothing in other people's data."
                fix = "Write the document and the slug with a slash between them, such as landscape/rook."
                nodes.complain(item, "decision-form", message, context.about, fix=fix)

    def _read_description(self, node: yaml.Node, context: Context) -> None:
        self.sheet.describe_texts(node, terms.DESCRIPTION, context)

    # --- attributes

    def _read_attribute(self, node: yaml.Node, attribute: Attribute, context: Context) -> None:
        nodes = self.sheet.nodes
        for item in one_or_many(node):
            here, value = context, item
            if isinstance(item, yaml.MappingNode) and attribute.kind != "langString":
                told = len(nodes.problems)
                values = nodes.fields(item, ("value", *EVIDENCE_KEYS), context.about)
                here = self.sheet.evidence(values, context)
                if "value" not in values and len(nodes.problems) > told:
                    continue
                if "value" not in values:
                    fix = f"Write {context.entry}: {{value: …, line: …}}."
                    nodes.complain(item, "key-missing", "“value” is missing.", context.about, fix=fix)
                    continue
                value = values["value"]
            for term in self._values(value, attribute, here):
                self.sheet.state(here, NamedNode(attribute.iri), term, value)

    def _values(self, node: yaml.Node, attribute: Attribute, context: Context) -> Iterator[NamedNode | Literal]:
        """Yield the values that *node* gives to an attribute, each as the kind of the attribute wants it."""
        nodes = self.sheet.nodes
        if attribute.kind == "langString":
            yield from (literal(text, tag) for tag, text in nodes.texts(node, context.about).items())
        elif attribute.kind == "anyURI":
            address = nodes.address(node, context.about)
            if address is not None:
                yield address
        elif (text := nodes.text(node, context.about)) is not None:
            is_text = attribute.kind in ("string", "language")
            yield Literal(text) if is_text else Literal(text, datatype=NamedNode(terms.XSD + attribute.kind))

    # --- opinions and questions

    def _read_opinions(self, node: yaml.Node, context: Context) -> None:
        nodes, polarities = self.sheet.nodes, self.sheet.vocabulary.polarities
        for item in nodes.sequence(node, context.about):
            told = len(nodes.problems)
            values = nodes.fields(item, (*polarities, "lang", "grade", *EVIDENCE_KEYS), context.about)
            named = [key for key in values if key in polarities]
            if len(named) == 1:
                here = self.sheet.evidence(values, context).at(f"opinions: {named[0]}")
                self._read_opinion(named[0], values, here)
            if len(named) == 1 or len(nodes.problems) > told:
                continue
            message = "an opinion has one polarity with its words."
            fix = f"Write one of {', '.join(polarities)}, then the words."
            nodes.complain(item, "opinion-shape", message, context.about, fix=fix)

    def _read_opinion(self, polarity: str, values: Mapping[str, yaml.Node], context: Context) -> None:
        sheet, node = self.sheet, values[polarity]
        words = sheet.nodes.text(node, context.about)
        if words is None:
            return
        language = sheet.nodes.language(values.get("lang"), context.at("opinions: lang").about)
        grade = sheet.nodes.text(values.get("grade"), context.at("opinions: grade").about)
        opinion = sheet.iris.part(self.slug, "opinion", context.subject.value, polarity, words)
        described = replace(context, subject=opinion, entry="")
        sheet.describe(described, terms.TYPE, terms.OPINION, node)
        sheet.describe(described, terms.POLARITY, NamedNode(sheet.vocabulary.polarities[polarity]), node)
        sheet.describe(described, terms.WORDS, literal(words, language), node)
        if grade:
            sheet.describe(described.at("opinions: grade"), terms.GRADE, Literal(grade), values["grade"])
        sheet.state(replace(context, words=context.words or words), terms.HAS_OPINION, opinion, node)

    def _read_questions(self, node: yaml.Node, context: Context) -> None:
        sheet = self.sheet
        for item in sheet.nodes.sequence(node, context.about):
            told = len(sheet.nodes.problems)
            values = sheet.nodes.fields(item, ("ask", "would", *EVIDENCE_KEYS), context.about)
            asked = sheet.nodes.texts(values.get("ask"), context.about)
            if not asked and len(sheet.nodes.problems) == told:
                sheet.nodes.complain(item, "key-missing", "a question needs “ask”.", context.about)
            if not asked:
                continue
            here = sheet.evidence(values, context)
            question = sheet.iris.part(self.slug, "question", context.subject.value, *sorted(asked.values()))
            described = replace(here, subject=question, entry="")
            sheet.describe(described, terms.TYPE, terms.QUESTION, item)
            for language, text in asked.items():
                sheet.describe(described, terms.LABEL, literal(text, language), item)
            self._read_would(values.get("would"), replace(here, subject=question, entry="questions: would"))
            sheet.state(here, terms.HAS_QUESTION, question, item)

    def _read_would(self, node: yaml.Node | None, context: Context) -> None:
        """Read what would hold if the answer were yes; it is described, never stated."""
        sheet, described = self.sheet, context.at("")
        for key, value in sheet.nodes.items(node, context.about):
            relation, slug = sheet.relation(key, context), sheet.nodes.reference(value, context.about)
            if relation is not None and slug is not None:
                sheet.describe(described, terms.ASKS_RELATION, NamedNode(relation.iri), key)
                sheet.describe(described, terms.ASKS_TARGET, sheet.iris.resolve(slug), value)


def read_name(node: yaml.Node, context: Context, sheet: Sheet) -> None:
    """Read a name: one text, or one for each language."""
    texts = sheet.nodes.texts(node, context.about)
    if not texts:
        return
    sheet.describe(context, terms.NAME, Literal(sheet.vocabulary.text(texts)), node)
    labels = texts if "" not in texts else dict.fromkeys(sheet.vocabulary.languages, texts[""])
    for language, text in labels.items():
        sheet.describe(context, terms.LABEL, Literal(text, language=language), node)
