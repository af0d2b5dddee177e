"""CSV with a mapping → document: one entity for each row.

The mapping is YAML: in front of the rows between two lines ``---``, or in a file beside, which `bundled` puts there.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from pyoxigraph import NamedNode

from graph import terms
from graph.documents import Document, Origin, Place, Severity
from graph.iris import SLUG, Iris
from graph.nearness import folded, nearest
from graph.sources.accounts import Account, Said
from graph.sources.values import slug_of
from graph.sources.yaml_nodes import About, Nodes
from graph.vocabulary import Class, Vocabulary

BESIDE: Final = re.compile(r"--- beside (\d{1,9})\n")
FRONT: Final = re.compile(r"---[ \t]*\n(?P<mapping>.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
ENCODING: Final = re.compile(rb"^(?:\xef\xbb\xbf)?encoding:[ \t]*[\"']?([A-Za-z0-9._-]+)", re.MULTILINE)
# These are for names and for source code, and make of some bytes what is no text.
NOT_OF_FILES: Final = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7")
KEYS: Final = ("columns", "type", "delimiter", "encoding", "language", "skip", "name")
COLUMN_KEYS: Final = ("to", "separator", "language")
ROLES: Final = ("slug", "name", "type", "also", "description")
DELIMITERS: Final = (",", ";", "\t", "|")
WORDS: Final = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
EXAMPLE: Final = "type: Software, columns: {Name: name, Site: homepage}"
# What csv itself allows in one cell.
MOST_CELL: Final = 131_072


def bundled(mapping: bytes, content: bytes) -> bytes:
    """Return the text of a mapping and of the rows beside it as one, in UTF-8.

    Raises:
        UnicodeDecodeError: The rows are not in the encoding that the mapping names, or not in UTF-8.
    """
    rows = content.decode(named_encoding(mapping) or "utf-8")
    head = mapping if mapping.endswith(b"\n") else mapping + b"\n"
    return b"--- beside %d\n" % head.count(b"\n") + head + rows.encode()


def unbundled(name: str, content: bytes) -> dict[str, bytes]:
    """Return the files that *content* was read from: one with that name, and perhaps its mapping beside it."""
    if not name.lower().endswith(".csv"):
        return {name: content}
    *beside, (_, rows) = texts_of(name, content.decode())
    files = {path: text.encode() for path, text in beside}
    encoding = next((named_encoding(mapping) for mapping in files.values()), "")
    return {**files, name: rows.encode(encoding or "utf-8")}


def texts_of(path: str, text: str) -> tuple[tuple[str, str], ...]:
    """Return the texts that *text* was read from, each with its path: perhaps a mapping beside the rows, and these."""
    found = BESIDE.match(text)
    if found is None:
        return ((path, text),)
    lines = text[found.end() :].split("\n", int(found[1]))
    return (f"{path}.yaml", "".join(f"{line}\n" for line in lines[:-1])), (path, lines[-1])


def named_encoding(mapping: bytes) -> str:
    """Return the encoding of the rows that a mapping names; an empty text where it names none that is known."""
    named = ENCODING.search(mapping)
    return named[1].decode() if named and is_encoding(named[1].decode()) else ""


def is_encoding(name: str) -> bool:
    """Return whether *name* is an encoding of files of text.

    >>> is_encoding("cp1252"), is_encoding("hex"), is_encoding("idna")
    (True, False, False)
    """
    try:
        is_of_texts = bool(name.encode(name) or True)  # what encodes bytes and not texts is none of them
        return is_of_texts and codecs.lookup(name).name not in NOT_OF_FILES
    except (LookupError, ValueError, TypeError):
        return False


def parse(text: str, origin: Origin, *, vocabulary: Vocabulary, iris: Iris) -> Document:
    """Return the document that *text* holds, with every problem found in it; never raises for bad text."""
    mapping, path, shift, rows, first_line = _parts(text, origin.path)
    nodes = Nodes(path, {})
    account = Account(origin, vocabulary, iris, problems=nodes.problems)
    if mapping is None:
        fix = f"Write {origin.path}.yaml with, for example: {EXAMPLE}"
        nodes.complain(Place(origin.path, 1), "mapping-missing", "nothing says what the columns mean.", fix=fix)
        return account.document()
    root = nodes.compose("\n" * shift + mapping)
    plan = _Planning(nodes, vocabulary).plan(root) if root is not None else None
    if root is None and not nodes.problems:
        nodes.complain(Place(path, 1), "mapping-missing", "the mapping is empty.", fix=f"Write, for example: {EXAMPLE}")
    if plan is None or nodes.problems:
        return account.document()
    account.language = plan.language
    account.head(plan.name or origin.slug)
    _Reading(account, plan, rows, first_line).read()
    return account.document()


def _parts(text: str, path: str) -> tuple[str | None, str, int, str, int]:
    """Return the mapping, its path and the lines above it; the rows, and the line on which they begin."""
    *beside, (_, rows) = texts_of(path, text.replace("\r\n", "\n"))
    rows = rows.removeprefix("\ufeff")
    for mapping_path, mapping in beside:
        return mapping, mapping_path, 0, rows, 1
    front = FRONT.match(rows)
    if front is None:
        return None, path, 0, rows, 1
    return front["mapping"], path, 1, rows[front.end() :], front[0].count("\n") + 1


# --- the mapping


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column become."""

    heading: str
    place: Place
    word: str
    separator: str
    language: str


@dataclass(frozen=True, slots=True)
class _Plan:
    """A mapping, read."""

    columns: tuple[_Column, ...]
    type: Class | None
    delimiter: str
    language: str
    skip: int
    name: str


@dataclass(slots=True)
class _Planning:
    """Reads a mapping; what is wrong with it keeps the document out."""

    nodes: Nodes
    vocabulary: Vocabulary

    def plan(self, root: yaml.Node) -> _Plan | None:
        about = About(entry="the mapping")
        values = self.nodes.fields(root, KEYS, about)
        columns = tuple(self.columns(values.get("columns")))
        kind = self.kind(values.get("type"))
        if not columns and not self.nodes.problems:
            self.nodes.complain(root, "key-missing", "the mapping has no columns.", about, fix=f"Write {EXAMPLE}")
        words = {column.word for column in columns}
        if columns and not words & {"slug", "name"}:
            message = "no column is the name or the slug of a row."
            self.nodes.complain(root, "key-missing", message, about, fix="Map a column to “name”.")
        if columns and kind is None and "type" not in {*values, *words}:
            message = "nothing says what the rows are."
            self.nodes.complain(
                root, "key-missing", message, about, fix="Add “type:” with a class, or map a column to it."
            )
        skip = values.get("skip")
        return _Plan(
            columns,
            kind,
            self.delimiter(values.get("delimiter")),
            self.language(values.get("language")),
            (self.nodes.number(skip, About(entry="skip")) or 0) if skip is not None else 0,
            self.encoding_and_name(values),
        )

    def encoding_and_name(self, values: Mapping[str, yaml.Node]) -> str:
        node = values.get("encoding")
        encoding = self.nodes.text(node, About(entry="encoding"))
        if node is not None and encoding and not is_encoding(encoding):
            message = f"there is no encoding “{encoding[:80]}”."
            fix = "Write utf-8, cp1252, iso-8859-1, utf-16 or another that is known."
            self.nodes.complain(node, "encoding-unknown", message, About(entry="encoding"), fix=fix)
        return self.nodes.text(values.get("name"), About(entry="name")) or ""

    def columns(self, node: yaml.Node | None) -> Iterator[_Column]:
        about = About(entry="columns")
        known = (*ROLES, *self.vocabulary.attributes, *self.vocabulary.relations)
        for key, value in self.nodes.items(node, about):
            here = About(entry=f"columns: {key.value[:80]}")
            is_mapping = isinstance(value, yaml.MappingNode)
            parts = self.nodes.fields(value, COLUMN_KEYS, here) if is_mapping else {"to": value}
            target = parts.get("to")
            word = self.nodes.text(target, here)
            if target is None:
                message = "“to” is missing."
                self.nodes.complain(key, "key-missing", message, here, fix="Write {to: …, separator: …}.")
            elif word is not None and word not in known:
                near = nearest(word, known)
                fix = "" if near else f"Write {', '.join(ROLES)}, an attribute or a relation."
                message = f"there is no attribute or relation “{word[:80]}”."
                self.nodes.complain(target, "column-unknown", message, here, suggestions=near, fix=fix)
            elif word is not None:
                separator = parts["separator"].value if isinstance(parts.get("separator"), yaml.ScalarNode) else ""
                language = self.language(parts.get("language"))
                yield _Column(key.value, self.nodes.place(key), word, separator, language)

    def kind(self, node: yaml.Node | None) -> Class | None:
        name = self.nodes.text(node, About(entry="type"))
        if node is None or name is None:
            return None
        if name not in self.vocabulary.classes:
            near = nearest(name, self.vocabulary.classes)
            message = f"there is no class “{name[:80]}”."
            self.nodes.complain(node, "type-unknown", message, About(entry="type"), suggestions=near)
        return self.vocabulary.classes.get(name)

    def delimiter(self, node: yaml.Node | None) -> str:
        if node is None:
            return ""
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        found = WORDS.get(text, text)
        if len(found) == 1 and found not in '\r\n"':
            return found
        fix = f"Write one character, or {', '.join(WORDS)}."
        self.nodes.complain(
            node, "delimiter-form", "this cannot stand between cells.", About(entry="delimiter"), fix=fix
        )
        return ","

    def language(self, node: yaml.Node | None) -> str:
        return self.nodes.language(node, About(entry="language")) if node is not None else ""


# --- the rows


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: its cells by column, each with its line."""

    slug: str
    name: str
    line: int
    cells: Mapping[str, tuple[str, int]]


@dataclass(slots=True)
class _Reading:
    """One pass over the rows."""

    account: Account
    plan: _Plan
    text: str
    first_line: int
    slugs: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def read(self) -> None:
        records = self.records()
        heading = next(records, None)
        if heading is None or not self.has_columns(*heading):
            if heading is None and not self.account.problems:
                self.warn(self.first_line, "rows-missing", "there are no rows.", fix="Begin with a row of headings.")
            return
        rows = [row for line, cells in records if (row := self.row(line, cells, heading[1])) is not None]
        for row in rows:
            if row.slug in self.lines:
                message = f"“{row.slug}” stands on line {self.lines[row.slug]} already; this row is not read."
                fix = "Put both into one row, or give them different slugs."
                self.warn(row.line, "row-twice", message, About(row.name, "slug"), fix=fix)
                continue
            self.lines[row.slug] = row.line
            self.slugs.setdefault(folded(row.name), row.slug)
        for row in rows:
            if self.lines[row.slug] == row.line:
                self.tell(row)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the records that hold something, with the line on which each begins."""
        # Other marks that end a line for Python are part of a cell.
        lines = [f"{line}\n" for line in self.text.split("\n")][self.plan.skip :]
        first = self.first_line + self.plan.skip
        reader = csv.reader(lines, delimiter=self.plan.delimiter or _sniffed(lines), strict=True)
        line = first
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                message = f"from here on these are no rows: {error}."
                fix = "Put a cell that holds a quote or a line end between quotes, and double the quotes inside it."
                problem = self.place(line)
                return self.account.warn(problem, "csv-syntax", message, About(), severity=Severity.VIOLATION, fix=fix)
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = first + reader.line_num

    def has_columns(self, line: int, heading: list[str]) -> bool:
        """Return whether every column of the mapping stands in the heading, once."""
        found = [cell.strip() for cell in heading]
        for column in self.plan.columns:
            if found.count(column.heading) == 1:
                continue
            many = column.heading in found
            message = f"the rows have {'several columns' if many else 'no column'} “{column.heading[:80]}”."
            near = () if many else nearest(column.heading, found)
            fix = "" if near else f"The heading, on line {line}, has: {', '.join(found)[:200]}."
            about = About(entry="columns")
            self.account.warn(
                column.place, "column-missing", message, about, severity=Severity.VIOLATION, suggestions=near, fix=fix
            )
        return all(found.count(column.heading) == 1 for column in self.plan.columns)

    def row(self, line: int, cells: list[str], heading: list[str]) -> _Row | None:
        if len(cells) != len(heading):
            message = f"this row has {len(cells)} cells and the heading {len(heading)}; it is not read."
            fix = "Check the delimiters and the quotes."
            self.warn(line, "row-ragged", message, fix=fix)
            return None
        here, by_heading = line, {}
        for name, cell in zip(heading, cells, strict=True):
            by_heading[name.strip()] = (cell.strip(), here + len(cell) - len(cell.lstrip("\n")))
            here += cell.count("\n")
        found = {column.word: by_heading[column.heading] for column in self.plan.columns}
        name, slug = (found.get(word, ("", 0))[0] for word in ("name", "slug"))
        if not name and not slug:
            self.warn(line, "row-nameless", "this row has neither name nor slug; it is not read.")
            return None
        if slug and not SLUG.fullmatch(slug):
            near = (slug_of(slug),)
            message = f"“{slug[:80]}” is not a slug; the row is not read."
            self.warn(line, "slug-form", message, About(name, "slug"), suggestions=near)
            return None
        return _Row(slug or slug_of(name), " ".join((name or slug).split()), line, by_heading)

    def tell(self, row: _Row) -> None:
        subject = self.account.iris.entity(row.slug)
        kind = self.kind(row)
        if kind is not None:
            self.account.introduce(subject, kind, row.name, self.place(row.line), terms.STATED)
        for column in self.plan.columns:
            cell, line = row.cells[column.heading]
            separator = column.separator
            for part in cell.split(separator) if separator else [cell]:
                if part.strip():
                    self.tell_cell(row, subject, column, part.strip(), self.place(line))

    def kind(self, row: _Row) -> Class | None:
        """Return the class of a row: what its cell says, else what all rows are."""
        column = next((one for one in self.plan.columns if one.word == "type"), None)
        cell, line = row.cells[column.heading] if column else ("", 0)
        classes = self.account.vocabulary.classes
        if not cell or cell in classes:
            return classes.get(cell, self.plan.type)
        near = nearest(cell[:80], classes)
        message = f"there is no class “{cell[:80]}”."
        self.warn(line, "type-unknown", message, About(row.name, column.heading if column else ""), suggestions=near)
        return self.plan.type

    def tell_cell(self, row: _Row, subject: NamedNode, column: _Column, text: str, place: Place) -> None:
        about = About(row.name, column.heading)
        attribute = self.account.vocabulary.attributes.get(column.word)
        relation = self.account.vocabulary.relations.get(column.word)
        predicate = {"also": terms.SPELLING, "description": terms.DESCRIPTION}.get(column.word)
        if predicate is not None:
            self.account.language = column.language or self.plan.language
            self.account.text(subject, predicate, text, place, column.heading)
        elif column.word in ROLES:
            return
        elif attribute is not None:
            self.account.language = column.language or self.plan.language
            self.account.attribute(subject, attribute, text, (place, about), {})
        elif relation is not None:
            slug = text if SLUG.fullmatch(text) else self.slugs.get(folded(text)) or slug_of(text)
            target = self.account.iris.entity(slug)
            entry = f"{column.heading}: {text[:80]}"
            self.account.state(subject, NamedNode(relation.iri), target, Said(place, entry, words=text[:200]))

    def place(self, line: int) -> Place:
        return Place(self.account.origin.path, line)

    def warn(self, line: int, code: str, message: str, about: About | None = None, **more: Any) -> None:
        self.account.warn(self.place(line), code, message, about or About(), **more)


def _sniffed(lines: list[str]) -> str:
    """Return the mark that stands most often in the heading."""
    heading = next((line for line in lines if line.strip()), "")
    return max(DELIMITERS, key=heading.count)
