"""What open statements leave behind that the note does not make any more: nothing but what people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from graph.notes.draft import PARTS
from graph.notes.edits import Page, is_flow, start_of
from graph.notes.entries import Entry, fields, items, key_of, pairs
from graph.notes.proposals import Saying
from graph.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Dropping:
    """Takes statements out of a draft.

    Attributes:
        adding: The entities that something is added to, with the part; these stay.
    """

    page: Page
    root: yaml.Node
    vocabulary: Vocabulary
    adding: frozenset[tuple[str, str]]

    def drop(self, gone: Sequence[Entry], found: Sequence[Entry]) -> set[int]:
        """Take open statements away where each stands on lines of its own; return the ids of their nodes."""
        inner = [one for one in gone if one.saying is not Saying.ENTITY and self.page.has_own_lines(one.node)]
        shared = {id(one.node) for one in found if one not in gone}
        dropped = {id(one.node) for one in inner} - shared
        for entity in (one for one in gone if one.saying is Saying.ENTITY):
            below = [one for one in found if one.subject == entity.subject and one is not entity]
            if (
                entity.subject not in {subject for subject, _ in self.adding}
                and all(id(one.node) in dropped for one in below)
                and self._is_made(entity)
            ):
                dropped |= {id(entity.node)}
        self._cut_entities(dropped)
        return dropped

    def _is_made(self, entity: Entry) -> bool:
        """Return whether an entity holds nothing but what a draft writes."""
        own = fields(entity.node).keys()
        made = {"type", "name", "line", "basis", "words", "proposed", *PARTS.values(), *self.vocabulary.attributes}
        return own <= made

    def _cut_entities(self, dropped: set[int]) -> None:
        top = fields(self.root)
        head = fields(top.get("document"))
        own = None if ("", "relations") in self.adding else key_of(top.get("document"), "relations")
        self._cut_list(own, head.get("relations"), dropped)
        for key, node in pairs(top.get("entities")):
            below = [(one, value) for one, value in pairs(node) if one.value not in ("line", "proposed")]
            parts = [(one, value) for one, value in below if isinstance(value, yaml.SequenceNode)]
            is_added_to = key.value in {subject for subject, _ in self.adding}
            if id(node) in dropped or (self._is_emptied(node, dropped) and not is_added_to):
                dropped.add(id(node))
                self.page.cut(start_of(key), self.page.end(node), with_blank=True)
                continue
            for one, part in parts:
                self._cut_list(None if (key.value, one.value) in self.adding else one, part, dropped)
            for one, value in below:
                if id(value) in dropped:
                    self.page.cut(start_of(one), self.page.end(value))

    def _is_emptied(self, node: yaml.Node, dropped: set[int]) -> bool:
        """Return whether all that stands below an entity goes."""
        below = [one for _, value in pairs(node) for one in (items(value) or [value])]
        return bool(below) and all(id(one) in dropped for one in below)

    def _cut_list(self, key: yaml.Node | None, node: yaml.Node | None, dropped: set[int]) -> None:
        listed = items(node)
        if node is None or not listed or is_flow(node):
            return
        if key is not None and all(id(one) in dropped for one in listed):
            self.page.cut(start_of(key), self.page.end(node))
            return
        for one in listed:
            if id(one) in dropped:
                self.page.cut(start_of(one), self.page.end(one))
