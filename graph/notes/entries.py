"""A draft as it is written: each statement with its place in the text and what was decided on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from graph.notes.proposals import Saying
from graph.sources.yaml_nodes import LOADER
from graph.vocabulary import Vocabulary

ENTITY_PARTS: Final = ("relations", "opinions", "questions")
DECISIONS: Final = ("accepted", "rejected")
# What of a statement is not what it says.
EVIDENCE: Final = frozenset({"line", "vanished", "basis", "words", "proposed", *DECISIONS})
Fields = dict[str, yaml.Node]


@dataclass(frozen=True, slots=True)
class Where:
    """The value that names the lines of some statements, with its key: ``line`` or ``vanished``."""

    key: yaml.ScalarNode
    value: yaml.Node

    @property
    def is_vanished(self) -> bool:
        """Whether the lines were gone when the note was read last."""
        return bool(self.key.value == "vanished")

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines, as far as they are numbers."""
        nodes = self.value.value if isinstance(self.value, yaml.SequenceNode) else [self.value]
        return tuple(
            int(one.value) for one in nodes if isinstance(one, yaml.ScalarNode) and one.value.strip().isdecimal()
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of a draft.

    Attributes:
        subject: The slug of the entity; empty for the note itself.
        key, value, target: As `graph.notes.proposals.Proposal` has them.
        node: The item it is written as, which it may share with others; that of an entity is all of it.
        where: The lines that say it, its own or those of its entity.
        is_own: Whether it is proposed by itself, and not with its entity.
        is_open: Whether it waits for a decision.
        rule, words: Why it was proposed, and with which words; empty where it was not.
    """

    saying: Saying
    subject: str
    key: str
    value: str
    node: yaml.Node
    where: Where | None
    target: str = ""
    is_own: bool = False
    is_open: bool = False
    rule: str = ""
    words: str = ""


def compose(text: str) -> yaml.MappingNode | None:
    """Return the root of a draft that is known to be good YAML; ``None`` where it says nothing."""
    root = yaml.compose(text, LOADER)
    return root if isinstance(root, yaml.MappingNode) else None


def fields(node: yaml.Node | None) -> Fields:
    """Return the values of a mapping by key; none where it is no mapping."""
    return {key.value: value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Return the keys and values of a mapping; none where it is no mapping."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def items(node: yaml.Node | None) -> list[yaml.Node]:
    """Return the items of a list; none where it is no list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def key_of(node: yaml.Node | None, name: str) -> yaml.ScalarNode | None:
    """Return the key of that name in a mapping."""
    return next((key for key, _ in pairs(node) if key.value == name), None)


def entries(root: yaml.Node, vocabulary: Vocabulary) -> Iterator[Entry]:
    """Yield the statements of a draft, in its order."""
    top = fields(root)
    head = fields(top.get("document"))
    yield from _said_in(head.get("relations"), Saying.RELATION, "", None, vocabulary)
    for key, node in top["entities"].value if isinstance(top.get("entities"), yaml.MappingNode) else ():
        yield from _entity(key.value, node, vocabulary)


def wheres(root: yaml.Node | None) -> Iterator[Where]:
    """Yield every value that names lines, wherever it stands."""
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value in ("line", "vanished") and not isinstance(value, yaml.MappingNode):
                yield Where(key, value)
            yield from wheres(value)
    elif isinstance(root, yaml.SequenceNode):
        for one in root.value:
            yield from wheres(one)


def _entity(slug: str, node: yaml.Node, vocabulary: Vocabulary) -> Iterator[Entry]:
    own = fields(node)
    where = _where(node)
    if {"type", "name", "proposed"} & own.keys():
        said = described(own.get("type")), described(own.get("name"))
        yield _entry(Saying.ENTITY, slug, said, node, where)
    for key in vocabulary.attributes.keys() & own.keys():
        value = own[key]
        for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            said = key, described(fields(one).get("value", one))
            yield _entry(Saying.ATTRIBUTE, slug, said, one, _where(one) or where)
    for part, saying in zip(ENTITY_PARTS, (Saying.RELATION, Saying.OPINION, Saying.QUESTION), strict=True):
        yield from _said_in(own.get(part), saying, slug, where, vocabulary)


def _said_in(
    node: yaml.Node | None, saying: Saying, slug: str, where: Where | None, vocabulary: Vocabulary
) -> Iterator[Entry]:
    for one in node.value if isinstance(node, yaml.SequenceNode) else ():
        own = fields(one)
        here = _where(one) or where
        if saying is Saying.QUESTION:
            would = fields(own.get("would"))
            relation = next(iter(would), "")
            for asked in _many(own.get("ask")):
                yield _entry(saying, slug, (relation, asked, described(would.get(relation))), one, here)
            continue
        for key in own:
            is_said = key in vocabulary.polarities if saying is Saying.OPINION else key not in EVIDENCE
            if is_said:
                for value in _many(own[key]):
                    yield _entry(saying, slug, (key, value), one, here)


def _entry(saying: Saying, slug: str, said: tuple[str, ...], node: yaml.Node, where: Where | None) -> Entry:
    own = fields(node)
    proposed = fields(own.get("proposed"))
    key, value, *target = said
    return Entry(
        saying,
        slug,
        key,
        value,
        node,
        where,
        target=target[0] if target else "",
        is_own="proposed" in own,
        is_open="proposed" in own and not any(one in own for one in DECISIONS),
        rule=described(proposed.get("rule")),
        words=described(own.get("words")) or (value if saying is not Saying.RELATION else ""),
    )


def _where(node: yaml.Node) -> Where | None:
    """Return what names the lines of *node* itself."""
    if not isinstance(node, yaml.MappingNode):
        return None
    found = [Where(key, value) for key, value in node.value if key.value in ("line", "vanished")]
    return min(found, key=lambda one: one.is_vanished, default=None)


def _many(node: yaml.Node | None) -> list[str]:
    """Return the texts of a scalar, of a list, or of a mapping by language."""
    if isinstance(node, yaml.SequenceNode):
        return [described(one) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        return [described(value) for _, value in node.value]
    return [described(node)] if node is not None else []


def described(node: yaml.Node | None) -> str:
    """Return the text of a scalar, that of the first language of a mapping, or an empty one."""
    if isinstance(node, yaml.MappingNode):
        return next((described(value) for _, value in node.value), "")
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
