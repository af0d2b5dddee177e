"""What is new in a note → where it belongs in its draft, in the style in which that is written."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

from graph.notes import draft
from graph.notes.draft import PARTS, Words
from graph.notes.edits import Page, column, is_flow, start_of
from graph.notes.entries import Entry, fields, items, key_of, pairs
from graph.notes.flow import flow, scalar
from graph.notes.proposals import Proposal, Saying


@dataclass(frozen=True, slots=True)
class Adding:
    """Writes new statements into a draft."""

    page: Page
    root: yaml.Node
    words: Words

    def add(self, new: Sequence[Proposal], found: Sequence[Entry], dropped: set[int]) -> None:
        """Write *new* statements to what they are about; what is *dropped* from the draft is no place for them."""
        top = fields(self.root)
        by_subject: dict[str, list[Proposal]] = defaultdict(list)
        for one in new:
            by_subject[one.subject].append(one)
        self._add_to_document(by_subject.pop("", []))
        known = fields(top.get("entities"))
        fresh = {slug: some for slug, some in by_subject.items() if slug not in known}
        for slug in by_subject.keys() - fresh.keys():
            self._add_to_entity(key_of(top.get("entities"), slug), known[slug], by_subject[slug])
        self._add_entities(fresh, found, dropped)

    def _add_to_document(self, new: Sequence[Proposal]) -> None:
        if not new:
            return
        key = key_of(self.root, "document")
        if key is None:
            lines = ["document:", "  relations:", *self._quoted(new, "    ")]
            self.page.insert_above(self.root, lines)
        else:
            self._add_items(key, fields(self.root)["document"], "relations", new)

    def _add_to_entity(self, key: yaml.Node | None, node: yaml.Node, new: Sequence[Proposal]) -> None:
        if key is None:
            return
        if not fields(node):
            self.page.put(key, node, flow(draft.entity_value(new)))
            return
        parts: dict[str, list[Proposal]] = defaultdict(list)
        for one in sorted(new, key=lambda one: one.saying is not Saying.ATTRIBUTE):
            if one.saying is Saying.ENTITY:
                self._introduce(node, one)
            else:
                parts[PARTS.get(one.saying, one.key)].append(one)
        own = fields(node)
        for part, some in sorted(parts.items(), key=lambda pair: pair[0] not in own):  # what is there is added to first
            if part in PARTS.values():
                self._add_items(key, node, part, some)
            else:
                self._add_values(node, part, some)

    def _introduce(self, node: yaml.Node, itself: Proposal) -> None:
        """Propose what an entity is of which the draft says something already."""
        said = [f"{name}: {flow(value)}" for name, value in draft.entity_value([itself]).items()]
        if is_flow(node):
            self.page.insert(start_of(node) + 1, ", ".join((*said, "")))
        else:
            self.page.insert_above(node, (f"{' ' * column(node)}{one}" for one in said))

    def _add_items(self, key: yaml.Node, node: yaml.Node, part: str, new: Sequence[Proposal]) -> None:
        """Add items to a list of an entity or the document, in the style in which it is written."""
        own = fields(node)
        there = own.get(part)
        if there is not None and is_flow(there) and items(there):
            self.page.append(there, ", ".join(map(_flow, new)))
        elif there is not None and items(there):
            last = items(there)[-1]
            indent = " " * column(there)
            self.page.insert_lines(self.page.end(last), self._quoted(new, indent))
        elif there is not None:
            self.page.put(key_of(node, part) or key, there, _flow_list(new))
        elif is_flow(node) and own:
            self.page.append(node, f"{part}: {_flow_list(new)}")
        elif own:
            indent = " " * column(node)
            self.page.insert_lines(self.page.end(node), [f"{indent}{part}:", *self._quoted(new, f"{indent}  ")])
        else:
            self.page.put(key, node, f"{{{part}: {_flow_list(new)}}}")

    def _add_values(self, node: yaml.Node, name: str, new: Sequence[Proposal]) -> None:
        """Add values to an attribute, in the style in which it is written."""
        own = fields(node)
        there = own.get(name)
        values = ", ".join(map(_flow, new))
        said = f"{name}: {values if len(new) == 1 else f'[{values}]'}"
        if there is not None and isinstance(there, yaml.SequenceNode) and not is_flow(there):
            self.page.insert_lines(self.page.end(there), _listed(new, column(there)))
        elif there is not None and isinstance(there, yaml.SequenceNode):
            self.page.append(there, values)
        elif there is not None and isinstance(there, yaml.MappingNode) and not is_flow(there):
            self._make_list(there, new)
        elif there is not None:
            self.page.insert(start_of(there), "[")
            self.page.insert(self.page.end(there), f", {values}]")
        elif is_flow(node):
            self.page.append(node, said)
        else:
            lines = draft.attribute_lines(name, new, " " * column(node))
            self.page.insert_lines(self.page.end(node), lines)

    def _make_list(self, there: yaml.Node, new: Sequence[Proposal]) -> None:
        """Make the mapping *there*, written over several lines, the first item of a list."""
        start, end = start_of(there), self.page.end(there)
        self.page.insert(start, "- ")
        at = self.page.text.find("\n", start, end)
        while at >= 0:
            self.page.insert(at + 1, "  ")
            at = self.page.text.find("\n", at + 1, end)
        self.page.insert_lines(end, _listed(new, column(there)))

    def _add_entities(self, fresh: dict[str, list[Proposal]], found: Sequence[Entry], dropped: set[int]) -> None:
        """Add entities, each behind the last one that the note speaks of before it."""
        if not fresh:
            return
        node = fields(self.root).get("entities")
        kept = [pair for pair in pairs(node) if id(pair[1]) not in dropped]
        if node is None or is_flow(node) or not pairs(node):
            self._add_first_entities(node, fresh)
            return
        first: dict[str, int] = {}
        for entry in found:
            if entry.where and entry.where.lines and entry.subject:
                first[entry.subject] = min(first.get(entry.subject, entry.where.lines[0]), entry.where.lines[0])
        indent = " " * max(column(node) - 2, 0)
        for slug, some in sorted(fresh.items(), key=lambda pair: pair[1][0].position):
            before = [pair for pair in kept if first.get(pair[0].value, 0) <= some[0].line]
            own = [f"{indent}{line}".rstrip() for line in draft.entity_lines(slug, some, self.words)]
            if before:
                self.page.insert_lines(self._end_of_entity(before[-1]), ["", *own[:-1]])
            else:
                self.page.insert_above(node, own)

    def _end_of_entity(self, pair: tuple[yaml.ScalarNode, yaml.Node]) -> int:
        key, node = pair
        return max(self.page.end(key), self.page.end(node))

    def _add_first_entities(self, node: yaml.Node | None, fresh: dict[str, list[Proposal]]) -> None:
        lines = [line for slug, some in fresh.items() for line in draft.entity_lines(slug, some, self.words)][:-1]
        if node is None:
            self.page.insert_lines(self.page.end(self.root), ["", "entities:", *lines])
        elif pairs(node):
            values = ", ".join(f"{scalar(slug)}: {flow(draft.entity_value(some))}" for slug, some in fresh.items())
            self.page.append(node, values)
        else:
            block = "\n" + "\n".join(lines)
            key = key_of(self.root, "entities")
            if self.page.end(node) > start_of(node):
                self.page.replace(node, block.rstrip())
            elif key is not None:
                self.page.insert(self.page.text.index(":", self.page.end(key)) + 1, block)

    def _quoted(self, new: Iterable[Proposal], indent: str) -> list[str]:
        return [line for one in new for line in draft.item_lines(one, self.words, indent, is_quoted=False)]


def _flow(one: Proposal) -> str:
    return flow(draft.statement(one))


def _flow_list(some: Iterable[Proposal]) -> str:
    return f"[{', '.join(map(_flow, some))}]"


def _listed(some: Iterable[Proposal], indent: int) -> list[str]:
    return [f"{' ' * indent}- {_flow(one)}" for one in some]
