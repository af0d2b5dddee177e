"""YAML text → nodes, and nodes → values: every doubt about one becomes a problem at its place.

Nothing here knows what a document is made of; `graph.sources.yaml` does.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, TypeVar

import yaml
from pyoxigraph import Literal, NamedNode

from graph.characters import CONTROL
from graph.documents import Place, Problem, Severity
from graph.iris import SLUG, slugified
from graph.nearness import nearest

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_DEPTH: Final = 32
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-|$)")
ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
TAG_FIX: Final = "Use a tag such as en or fr; within { }, a text that holds a comma stands between quotes."
# What ends a line in YAML, but not in an editor.
OTHER_BREAK: Final = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
TAB: Final = re.compile(r"'\\t'|\btab\b", re.IGNORECASE)

Composed = TypeVar("Composed")
Items: TypeAlias = "list[tuple[yaml.ScalarNode, yaml.Node]]"


@dataclass(frozen=True, slots=True)
class About:
    """What a value belongs to, in the author's words: the entity, and the field as it is written."""

    entity: str = ""
    entry: str = ""


@dataclass(slots=True)
class Nodes:
    """The nodes of one text; it collects the problems found while reading them.

    Attributes:
        path: The file, as its author knows it.
        elsewhere: Keys that belong in another place, each with the words that say where.
        line_count: How many lines the source has; 0 where it is not known.
        severity: How much the problems weigh that are found from now on.
        starts: Where lines begin, in characters, where the parser counts other lines than editors do.
    """

    path: str
    elsewhere: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    line_count: int = 0
    severity: Severity = Severity.VIOLATION
    starts: list[int] = field(default_factory=list)

    def compose(self, text: str) -> yaml.Node | None:
        """Return the root node of *text*, or nothing and a problem."""
        return self._guarded(text, lambda: yaml.compose(text, LOADER))

    def compose_all(self, text: str) -> list[yaml.Node]:
        """Return the root node of each of the documents in *text*; none, and a problem, where one is no YAML."""
        return self._guarded(text, lambda: [one for one in yaml.compose_all(text, LOADER) if one is not None]) or []

    def _guarded(self, text: str, compose: Callable[[], Composed]) -> Composed | None:
        """Return what *compose* makes of *text*, or nothing and a problem."""
        if OTHER_BREAK.search(text):
            self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        try:
            root = compose() if self._is_plain(text) else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            last = f"{text}.".count("\n") + 1  # the parser may name a line behind the end of the text
            found = self.place_of(mark)
            place = replace(found, line=min(found.line, last))
            is_tab = _is_tab(error, text)
            self.complain(place, "yaml-syntax", _reason(error, is_tab=is_tab), fix=_fix(error, is_tab=is_tab))
        except yaml.reader.ReaderError as error:
            place = Place(self.path, text.encode().count(b"\n", 0, error.position) + 1)  # the reader counts bytes
            letter = error.character if isinstance(error.character, int) else ord(error.character)
            message = f"the character U+{letter:04X} is not allowed in YAML."
            self.complain(place, "yaml-syntax", message, fix="Remove it.")
        else:
            return root
        return None

    def _is_plain(self, text: str) -> bool:
        """Return whether *text* holds neither aliases nor deep nesting, with which a small file fills a machine."""
        depth = 0
        for event in yaml.parse(text, LOADER):
            if getattr(event, "anchor", None):
                message = f"anchors and aliases (“{event.anchor}”) are not read."  # type: ignore[attr-defined]
                self.complain(event, "yaml-alias", message, fix="Write the value out where it is meant.")
                return False
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                message = f"this is nested more than {MAX_DEPTH} levels deep."
                self.complain(event, "yaml-depth", message, fix="A document needs no more than six.")
                return False
        return True

    # --- mappings and lists

    def items(self, node: yaml.Node | None, about: About = About()) -> Items:
        """Return the pairs of a mapping; a key that stands twice is a problem, and the first one counts."""
        if not isinstance(node, yaml.MappingNode):
            if node is not None and not is_null(node):
                self.complain(node, "mapping-expected", "“key: value” pairs are expected here.", about)
            return []
        seen: dict[str, int] = {}
        pairs: Items = []
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.complain(key, "key-form", "a key must be a plain word.", about)
            elif key.value in seen:
                message = f"“{key.value[:80]}” stands here for the second time; the first is on line {seen[key.value]}."
                self.complain(key, "key-twice", message, about, fix="Put both under one, or rename one.")
            else:
                seen[key.value] = line_of(key)
                pairs.append((key, value))
        return pairs

    def fields(self, node: yaml.Node | None, allowed: Iterable[str], about: About) -> dict[str, yaml.Node]:
        """Return the values of a mapping by key; keys that mean nothing are problems and left out."""
        return self.known(self.items(node, about), tuple(allowed), about)

    def known(self, items: Items, allowed: tuple[str, ...], about: About) -> dict[str, yaml.Node]:
        """Return those of *items* whose keys are *allowed*; the others are problems."""
        found = {}
        for key, value in items:
            if key.value in allowed:
                found[key.value] = value
            elif key.value in self.elsewhere:
                message = f"“{key.value}” stands in the wrong place."
                self.complain(key, "key-unknown", message, about, fix=self.elsewhere[key.value])
            else:
                self.complain(
                    key,
                    "key-unknown",
                    f"“{key.value[:80]}” means nothing here.",
                    about,
                    suggestions=nearest(key.value, (*allowed, *self.elsewhere)),
                    fix=f"Here may stand: {', '.join(allowed)}.",
                )
        return found

    def sequence(self, node: yaml.Node | None, about: About) -> list[yaml.Node]:
        """Return the items of a list."""
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        if node is not None and not is_null(node):
            self.complain(node, "list-expected", "a list is expected here.", about, fix="Begin each item with “- ”.")
        return []

    # --- single values

    def text(self, node: yaml.Node | None, about: About) -> str | None:
        """Return a text as it was typed: no number, date or truth is seen in it."""
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode) and node.value.strip() and not is_null(node):
            control = CONTROL.search(node.value)
            if control is None:
                return str(node.value).strip()
            message = f"the text holds the control character U+{ord(control[0]):04X}."
            self.complain(node, "text-characters", message, about, fix="Remove it.")
            return None
        found = "nothing" if isinstance(node, yaml.ScalarNode) else described(node)
        self.complain(node, "text-expected", f"a text is expected here, not {found}.", about)
        return None

    def texts(self, node: yaml.Node | None, about: About) -> dict[str, str]:
        """Return texts by language; one without a language has the key ``""``."""
        if not isinstance(node, yaml.MappingNode):
            text = self.text(node, about)
            return {"": text} if text else {}
        found = {}
        for key, value in self.items(node, about):
            tag = self.language(key, about)
            if tag in found:
                self.complain(key, "key-twice", f"there is a text in “{tag}” already.", about, fix="Keep one.")
            elif tag and (text := self.text(value, about)) is not None:
                found[tag] = text
        return found

    def language(self, node: yaml.Node | None, about: About) -> str:
        """Return a language tag in lower case, or an empty text."""
        tag = self.text(node, about) or ""
        if node is None or not tag:
            return ""
        if is_language_tag(tag):
            return tag.lower()
        self.complain(node, "language-tag", f"“{tag[:80]}” is not a language tag.", about, fix=TAG_FIX)
        return ""

    def number(self, node: yaml.Node | None, about: About) -> int | None:
        """Return a whole number from 1."""
        if node is None:
            return None
        text = described(node)
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[0-9]{1,9}", text) and int(text) > 0:
            return int(text)
        self.complain(node, "number-expected", f"a whole number from 1 is expected here, not “{text[:80]}”.", about)
        return None

    def line(self, node: yaml.Node | None, about: About) -> int | None:
        """Return the number of a line that the source has."""
        line = self.number(node, about)
        if node is None or line is None or not self.line_count or line <= self.line_count:
            return line
        message = f"line {line} is beyond the end of the source, which has {self.line_count} lines."
        fix = "Name the line of the source that says it, or correct “lines” under “source”."
        self.complain(node, "line-beyond-end", message, about, fix=fix)
        return None

    def reference(self, node: yaml.Node, about: About, *, path: bool = True) -> str | None:
        """Return a slug, or, where a *path* may stand, several joined by slashes."""
        text = self.text(node, about)
        if text is None or all(SLUG.fullmatch(part) for part in (text.split("/") if path else [text])):
            return text
        proposal = slugified(text)[:120]
        self.complain(
            node,
            "slug-form",
            f"“{text[:80]}” is not a slug: lower-case letters, digits, dots and hyphens, at most 120.",
            about,
            suggestions=(proposal,) if SLUG.fullmatch(proposal) else (),
        )
        return None

    def address(self, node: yaml.Node | None, about: About) -> NamedNode | None:
        """Return a web address."""
        text = self.text(node, about)
        if node is None or text is None:
            return None
        if ADDRESS.fullmatch(text):
            with suppress(ValueError):
                return NamedNode(text)
        message = f"“{text[:80]}” is not a web address."
        self.complain(node, "address-form", message, about, fix="Write it whole, from https:// on, without spaces.")
        return None

    # --- problems

    def complain(
        self,
        where: Place | yaml.Node | yaml.Event,
        code: str,
        message: str,
        about: About | None = None,
        *,
        severity: Severity | None = None,
        **more: Any,
    ) -> None:
        """Add a problem; *more* are further fields of `graph.documents.Problem`."""
        self._tell(severity or self.severity, where, code, message, about, **more)

    def remark(self, where: yaml.Node, code: str, message: str, about: About, **more: Any) -> None:
        """Add a warning."""
        self._tell(Severity.WARNING, where, code, message, about, **more)

    def _tell(
        self,
        severity: Severity,
        where: Place | yaml.Node | yaml.Event,
        code: str,
        message: str,
        about: About | None,
        **more: Any,
    ) -> None:
        """Tell a problem; what is near a bare word can be put in its place as it is."""
        place = where if isinstance(where, Place) else self.place(where)
        entity, entry = (about.entity, about.entry) if about else ("", "")
        if isinstance(where, yaml.Node):
            more["length"] = length_of(where)
            if more["length"] and isinstance(where, yaml.ScalarNode) and not where.style:
                more["replacements"] = more.get("suggestions", ())
        self.problems.append(Problem(severity, place, code, message, entity=entity, entry=entry, **more))

    def place(self, node: yaml.Node | yaml.Event) -> Place:
        """Return where *node* begins."""
        return self.place_of(node.start_mark)

    def place_of(self, mark: Any) -> Place:
        """Return where *mark* is.

        For the parser more characters end a line than for editors; where there are such, lines are counted again.
        """
        if not mark:
            return Place(self.path, 1)
        if not self.starts:
            return Place(self.path, mark.line + 1, mark.column + 1)
        line = bisect_right(self.starts, mark.index)
        return Place(self.path, line, mark.index - self.starts[line - 1] + 1)


def is_language_tag(tag: str) -> bool:
    """Return whether *tag* is a tag of BCP 47 for a language with a short code.

    >>> is_language_tag("fr-CH"), is_language_tag("french"), is_language_tag("fr-1")
    (True, False, False)
    """
    try:
        return LANGUAGE.match(tag) is not None and bool(Literal("", language=tag).language)
    except ValueError:
        return False


def line_of(node: yaml.Node) -> int:
    """Return the line on which *node* begins, from 1."""
    return node.start_mark.line + 1 if node.start_mark else 1


def length_of(node: yaml.Node) -> int:
    """Return how many characters a value has as it is written, 0 where it is more than a word on one line."""
    start, end = node.start_mark, node.end_mark
    if not isinstance(node, yaml.ScalarNode) or not start or not end or start.line != end.line:
        return 0
    return int(end.column - start.column)


def by_key(items: Items) -> dict[str, yaml.Node]:
    """Return the values of a mapping by key."""
    return {key.value: value for key, value in items}


def one_or_many(node: yaml.Node | None) -> list[yaml.Node]:
    """Return the items of a list, or the one node that stands for a list of one."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else [node] if node is not None else []


def described(node: yaml.Node) -> str:
    """Return the text of a scalar, or a word for what else *node* is."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def is_null(node: yaml.Node) -> bool:
    """Return whether *node* says nothing."""
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _is_tab(error: yaml.MarkedYAMLError, text: str) -> bool:
    """Return whether a tab is what was wrong; the fast parser does not name the character."""
    mark = error.problem_mark
    at = text[mark.index : mark.index + 1] if mark else ""
    return at == "\t" or bool(TAB.search(error.problem or ""))


def _reason(error: yaml.MarkedYAMLError, *, is_tab: bool) -> str:
    problem = error.problem or "it cannot be read"
    if is_tab:
        return "a tab stands where YAML wants spaces."
    context = f" {error.context}" if error.context else ""
    begun, found = error.context_mark, error.problem_mark
    if context and begun is not None and found is not None and begun.line != found.line:
        context += f" that begins on line {begun.line + 1}"
    return f"this is not YAML: {problem}{context}."


def _fix(error: yaml.MarkedYAMLError, *, is_tab: bool) -> str:
    problem = error.problem or ""
    if is_tab:
        return "Indent with spaces, two for each level."
    if "mapping values are not allowed" in problem:
        return "Put a text that holds “: ” between quotes, or check the indentation."
    return "Check the indentation, the quotes and the brackets on this line and the one before."
