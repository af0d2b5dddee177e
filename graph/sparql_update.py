"""SPARQL Update, read as tokens: which graphs it writes, and on which dataset its patterns are asked.

The engine runs an update on all graphs that there are; the dataset that a request names, or that the service has for
one that names none, is written into it as USING clauses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from pyoxigraph import NamedNode

from graph.errors import ReadOnlyError, RemoteRefusedError, WriteRefusedError
from graph.sparql import Token, declared, expanded, tokens

OPENING: Final = "{"
CLOSING: Final = "}"
# Stands where an operation has been taken out.
NO_OPERATION: Final = "DROP SILENT GRAPH <urn:cloudindex:nothing>"
NO_TARGET: Final = "name the graph of one of the service's own documents: GRAPH <…/document/…> { … }, or WITH."


@dataclass(frozen=True, slots=True)
class UpdateDataset:
    """The dataset of the patterns of an update.

    Attributes:
        default: What USING names; nothing leaves the patterns to the engine.
        named: What USING NAMED names.
        is_asked_for: Whether the request names it, so that the update itself must not.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    is_asked_for: bool = False

    def clauses(self) -> str:
        """Return the dataset as SPARQL writes it."""
        using = [f"USING <{iri}>" for iri in self.default] + [f"USING NAMED <{iri}>" for iri in self.named]
        return f" {' '.join(using)} " if using else " "


@dataclass(frozen=True, slots=True)
class Update:
    """An update, as far as it must be known before it is run.

    Attributes:
        targets: The IRIs of the graphs that it may write; ``None`` where only running it tells.
        asked: The IRIs of the graphs that its patterns name; ``None`` where a variable stands for them.
        refused: The word for which it is not run although it parses: it loads from elsewhere, or asks another service.
    """

    text: str
    targets: frozenset[str] | None
    asked: frozenset[str] | None
    _insertions: tuple[tuple[int, str], ...] = ()
    _replacements: tuple[tuple[int, int, str], ...] = ()
    refused: Token | None = None

    def on(self, dataset: UpdateDataset | None = None) -> str:
        """Return the text to run: *dataset* is written into every operation that names none of its own."""
        changes = list(self._replacements)
        if dataset is not None:
            changes += [(at, at, f"{before}{dataset.clauses()}") for at, before in self._insertions]
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = f"{text[:start]}{new}{text[end:]}"
        return text


def refusal_at(word: Token) -> RemoteRefusedError:
    """Return the error of an update that asks another service with *word*."""
    reason = f"{word.text.upper()} is not allowed here; this service asks no other."
    return RemoteRefusedError(reason, line=word.line, column=word.column)


def read_update(
    text: str, prefixes: Mapping[str, str], *, must_name_graphs: bool, names_dataset: bool, gateway: str = ""
) -> Update:
    """Return what *text* does.

    Args:
        prefixes: Those that need no declaration.
        must_name_graphs: Whether everything that is written must stand in a named graph.
        names_dataset: Whether the request names the dataset.
        gateway: What the local addresses begin with that stand for services it may ask; empty where there is none.

    Raises:
        WriteRefusedError: It names a dataset, and the request does, too.
        ReadOnlyError: It writes outside of named graphs and must not.
    """
    reader = _Reader(text, prefixes, must_name_graphs=must_name_graphs, names_dataset=names_dataset, gateway=gateway)
    return reader.read()


@dataclass(slots=True)
class _Operation:
    """What is known of the operation being read."""

    has_dataset: bool = False
    has_with: bool = False


class _Reader:
    def __init__(
        self, text: str, prefixes: Mapping[str, str], *, must_name_graphs: bool, names_dataset: bool, gateway: str
    ) -> None:
        self._gateway = gateway
        self._text = text
        self._found = list(tokens(text))
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        own = list(declared(self._found))
        self._is_clear = len(dict(own)) == len(set(own)) and not any(self._is(token, "BASE") for token in self._found)
        self._prefixes = dict(prefixes) | dict(own)
        self._must_name_graphs = must_name_graphs
        self._names_dataset = names_dataset
        self._targets: set[str] = set()
        self._asked: set[str] = set()
        self._knows_targets = self._knows_asked = True
        self._insertions: list[tuple[int, str]] = []
        self._replacements: list[tuple[int, int, str]] = []
        self._refused: Token | None = None

    def read(self) -> Update:
        position, operation = 0, _Operation()
        while position < len(self._found):
            token = self._found[position]
            word = token.text.upper() if token.kind == "word" else token.text
            if word == ";":
                operation = _Operation()
            elif word == "LOAD":
                position = self._load(position)
                continue
            elif word in ("INSERT", "DELETE"):
                position = self._write(position, operation)
                continue
            elif word in ("WITH", "USING"):
                self._dataset(position, operation)
            elif word == "WHERE":
                position = self._where(position, operation)
                continue
            elif word in MANAGING:
                self._manage(position, word)
            position += 1
        return Update(
            text=self._text,
            targets=frozenset(self._targets) if self._knows_targets and self._is_clear else None,
            asked=frozenset(self._asked) if self._knows_asked and self._is_clear else None,
            _insertions=tuple(self._insertions),
            _replacements=tuple(self._replacements),
            refused=self._refused,
        )

    # --- the parts of an operation

    def _write(self, position: int, operation: _Operation) -> int:
        """Read ``INSERT`` or ``DELETE`` with its block, and return where it ends."""
        following = self._at(position + 1)
        if following is not None and self._is(following, "WHERE"):
            return self._delete_where(position)
        start = position + 1 + (following is not None and self._is(following, "DATA"))
        end = self._end_of_block(start)
        self._template(start, end, operation)
        return end

    def _template(self, start: int, end: int, operation: _Operation) -> None:
        for number, token in self._at_depth(start, end, 1):
            if self._is(token, "GRAPH"):
                self._target(self._at(number + 1))
            elif self._is_outside(number, token) and not operation.has_with and self._must_name_graphs:
                where = f"Line {token.line}, column {token.column}"
                raise ReadOnlyError(f"{where}: the default graph is derived and cannot be written; {NO_TARGET}")

    def _is_outside(self, number: int, token: Token) -> bool:
        """Return whether a word in a template belongs to a triple that is in no GRAPH."""
        before = self._at(number - 1)
        return token.kind != "mark" and not (before is not None and self._is(before, "GRAPH"))

    def _delete_where(self, position: int) -> int:
        """Read ``DELETE WHERE { … }``, which is written out where it must say its dataset."""
        end = self._end_of_block(position + 2)
        self._template(position + 2, end, _Operation())
        self._patterns(position + 2, end)
        if self._names_dataset:
            first, last = self._found[position + 2], self._found[end - 1]
            block = self._text[self._offset(first) : self._offset(last) + 1]
            self._insertions.append((self._offset(self._found[position + 1]), block))
        return end

    def _where(self, position: int, operation: _Operation) -> int:
        end = self._end_of_block(position + 1)
        self._patterns(position + 1, end)
        if not operation.has_dataset and not operation.has_with:
            self._insertions.append((self._offset(self._found[position]), ""))
        return end

    def _load(self, position: int) -> int:
        """Read ``LOAD``, and return where it ends; a silent one is made to do nothing."""
        end = position
        while end < len(self._found) and self._found[end].text != ";":
            end += 1
        first, last = self._found[position], self._found[end - 1]
        rest = self._found[position + 1 : end]
        is_silent = bool(rest) and self._is(rest[0], "SILENT")
        shape = ["iri" if token.kind in ("iri", "name") else token.text.upper() for token in rest[is_silent:]]
        is_load = shape in (["iri"], ["iri", "INTO", "GRAPH", "iri"])  # what is none is left to the engine to refuse
        if is_load and self._is_led(rest[is_silent]):
            self._loaded_into(first, rest[-1] if len(shape) > 1 else None)
        elif is_load:
            self._replacements.append((self._offset(first), self._offset(last) + len(last.text), NO_OPERATION))
            if not is_silent:
                self._refuse_remote(first)
        return end

    def _is_led(self, token: Token) -> bool:
        """Return whether an address is one of those that stand for services that may be asked."""
        return bool(self._gateway) and token.text.startswith(f"<{self._gateway}")

    def _loaded_into(self, keyword: Token, graph: Token | None) -> None:
        if graph is not None:
            self._target(graph)
        elif self._must_name_graphs:
            where = f"Line {keyword.line}, column {keyword.column}"
            raise ReadOnlyError(f"{where}: the default graph is derived and cannot be written; LOAD … INTO GRAPH …")
        else:
            self._knows_targets = False

    def _service(self, number: int) -> None:
        """Read ``SERVICE``, which is refused once it is known that the rest parses."""
        first, following = self._found[number], self._at(number + 1)
        last = following if following is not None and self._is(following, "SILENT") else first
        named = self._at(number + 1 + (last is following))
        if named is not None and self._is_led(named):
            return
        self._replacements.append((self._offset(first), self._offset(last) + len(last.text), "GRAPH"))
        self._refuse_remote(first)

    def _refuse_remote(self, token: Token) -> None:
        self._refused = self._refused or token

    def _patterns(self, start: int, end: int) -> None:
        for number in range(start, end):
            token = self._found[number]
            if self._is(token, "SERVICE"):
                self._service(number)
            if self._is(token, "GRAPH"):
                named = self._at(number + 1)
                iri = expanded(named, self._prefixes) if named is not None else None
                if iri is None:
                    self._knows_asked = False
                else:
                    self._asked.add(iri)

    def _dataset(self, position: int, operation: _Operation) -> None:
        token = self._found[position]
        if self._names_dataset:
            self._refuse(token, f"{token.text.upper()} cannot be used where the request names a dataset.")
        if self._is(token, "WITH"):
            operation.has_with = True
            self._target(self._at(position + 1))
        else:
            operation.has_dataset = True

    def _manage(self, position: int, word: str) -> None:
        """Read an operation on whole graphs."""
        for token in MANAGING[word](self._operands(position + 1)):
            self._target(token)

    def _operands(self, position: int) -> list[Token]:
        found: list[Token] = []
        while (token := self._at(position)) is not None and token.text != ";" and len(found) < 8:
            if not any(self._is(token, word) for word in ("SILENT", "GRAPH", "TO")):
                found.append(token)
            position += 1
        return found

    def _target(self, token: Token | None) -> None:
        iri = expanded(token, self._prefixes) if token is not None else None
        if iri is not None and _is_whole(iri):
            self._targets.add(iri)
        elif token is not None and token.text.upper() in ("DEFAULT", "NAMED", "ALL"):
            if self._must_name_graphs:
                raise ReadOnlyError(f"Line {token.line}, column {token.column}: {token.text.upper()}: {NO_TARGET}")
            self._knows_targets = False
        else:
            self._knows_targets = False

    # --- tokens

    def _at(self, position: int) -> Token | None:
        return self._found[position] if 0 <= position < len(self._found) else None

    def _is(self, token: Token, word: str) -> bool:
        return token.kind == "word" and token.text.upper() == word

    def _offset(self, token: Token) -> int:
        return self._lines[token.line - 1] + token.column - 1

    def _end_of_block(self, start: int) -> int:
        """Return the number of the token behind the block that begins at *start*."""
        depth = 0
        for number in range(start, len(self._found)):
            token = self._found[number]
            if token.kind == "mark":
                depth += (token.text == OPENING) - (token.text == CLOSING)
            if depth == 0:
                return number + 1
        return len(self._found)

    def _at_depth(self, start: int, end: int, wanted: int) -> Iterator[tuple[int, Token]]:
        depth = 0
        for number in range(start, end):
            token = self._found[number]
            if token.kind == "mark":
                depth += (token.text == OPENING) - (token.text == CLOSING)
            if depth == wanted:
                yield number, token

    def _refuse(self, token: Token, reason: str) -> None:
        raise WriteRefusedError(f"Line {token.line}, column {token.column}: {reason}")


def _is_whole(iri: str) -> bool:
    """Return whether *iri* names a graph as it is: the engine alone resolves a relative one, and refuses a bad one."""
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


def _first(operands: Sequence[Token]) -> Sequence[Token]:
    return operands[:1]


def _second(operands: Sequence[Token]) -> Sequence[Token]:
    return operands[1:2]


def _both(operands: Sequence[Token]) -> Sequence[Token]:
    return operands[:2]


MANAGING: Final = {
    "CLEAR": _first,
    "DROP": _first,
    "CREATE": _first,
    "COPY": _second,
    "ADD": _second,
    "MOVE": _both,
}
