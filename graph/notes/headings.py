"""The head of a draft and its sections, brought up to the headings of the note."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from graph.notes import draft
from graph.notes.alignment import Alignment
from graph.notes.draft import Words
from graph.notes.edits import Edit, Page, column, is_flow, start_of
from graph.notes.entries import described, fields, items, wheres
from graph.notes.flow import Value, flow


@dataclass(frozen=True, slots=True)
class Headings:
    """Brings sections, and lines that are not read, up to the note."""

    page: Page
    root: yaml.Node
    words: Words

    def follow(self, aligned: Alignment) -> None:
        """Bring the headings up to the note, and drop the remarks on lines that are gone."""
        for one in items(fields(self.root).get("unread")):
            self._follow_line(one, aligned, {})
        node = fields(self.root).get("sections")
        if not items(node) or node is None:
            return
        headings = draft.sections(self.words.note)
        lines = {str(one["slug"]): int(str(one["line"])) for one in headings}
        kept: dict[int, tuple[str, yaml.Node]] = {}
        parents: dict[str, str] = {}
        for one in items(node):
            own = fields(one)
            slug, under = described(own.get("slug")), described(own.get("under"))
            line = self._follow_line(one, aligned, lines)
            if line:
                kept[line] = slug, one
            else:
                parents[slug] = under
        for _, one in kept.values():
            self._mend_parent(fields(one).get("under"), parents)
        self._add_sections(headings, kept, node)

    def _follow_line(self, node: yaml.Node, aligned: Alignment, lines: Mapping[str, int]) -> int:
        """Write where a heading, or a line that is not read, is now, and return it; cut it where it is gone."""
        own = fields(node)
        where = next(iter(wheres(node)), None)
        old = where.lines[0] if where and where.lines else 0
        line = aligned.same.get(old) or lines.get(described(own.get("slug")), 0)
        if where is None or (not line and not self.page.has_own_lines(node)):
            return old
        if not line:
            self.page.cut(start_of(node), self.page.end(node))
        elif line != old:
            self.page.replace(where.value, str(line))
        return line

    def _mend_parent(self, node: yaml.Node | None, gone: Mapping[str, str]) -> None:
        """Put the section above in place of one that is gone, or nothing."""
        parent = described(node)
        if node is None or parent not in gone:
            return
        while parent in gone:
            parent = gone[parent]
        if parent:
            self.page.replace(node, parent)
        else:
            before = self.page.text.rfind(",", 0, start_of(node))
            self.page.edits.append(Edit(before, self.page.end(node), ""))

    def _add_sections(
        self, headings: Iterable[Mapping[str, Value]], kept: Mapping[int, tuple[str, yaml.Node]], node: yaml.Node
    ) -> None:
        names = {str(one["slug"]): kept[int(str(one["line"]))][0] for one in headings if one["line"] in kept}
        above = {slug for slug, _ in kept.values()}
        for one in headings:
            line, slug = int(str(one["line"])), str(one["slug"])
            if line in kept or slug in above:
                continue
            parent = names.get(str(one.get("under", "")), str(one.get("under", "")))
            told = {key: value for key, value in one.items() if key != "under"}
            before = max((other for other in kept if other < line), default=0)
            is_above = any(kept[other][0] == parent for other in kept if other <= before)
            section = {**told, "under": parent} if is_above else told
            if is_flow(node):
                self.page.append(node, flow(section))
            elif before:
                self.page.insert_lines(self.page.end(kept[before][1]), [f"{' ' * column(node)}- {flow(section)}"])
            else:
                self.page.insert_above(node, [f"{' ' * column(node)}- {flow(section)}"])

    def count_lines(self) -> None:
        """Write how many lines the note has now."""
        source = fields(fields(fields(self.root).get("document")).get("source"))
        count = max(self.words.note.line_count, 1)
        if "lines" in source and described(source["lines"]) != str(count):
            self.page.replace(source["lines"], str(count))
