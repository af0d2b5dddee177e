"""Files that copies of the service share through the server: manifests, reports, texts of documents.

A file lies in a graph of its own kind as literals of packed bytes in base 64, some hundred kilobytes each, which every
server gives back as they were.  What describes it is written last, so half a file is none.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Protocol
from urllib.parse import quote, unquote

from graph.engine.remote.pointer import VOCABULARY
from graph.errors import EngineAnswerError
from graph.terms import XSD

PART_CHARACTERS: Final = 256 * 1024
PACKING: Final = 6


class Asks(Protocol):
    """What is needed of a client."""

    def select(self, query: str) -> Any:
        """Return the solutions of a query, to be used in a ``with`` block."""
        ...

    def update(self, text: str) -> None:
        """Run an update."""
        ...


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """The files of the index with that base."""

    client: Asks
    base: str

    @property
    def _graph(self) -> str:
        return f"<{self.base}sets/files>"

    def put(self, name: str, content: bytes) -> None:
        """Keep *content* under *name*, in place of what was there."""
        self.delete((name,))
        packed = b64encode(zlib.compress(content, PACKING)).decode("ascii")
        parts = [packed[start : start + PART_CHARACTERS] for start in range(0, len(packed), PART_CHARACTERS)]
        thing = self._iri(name)
        for number, part in enumerate(parts):
            facts = (
                f'<{thing}?part={number}> <{VOCABULARY}of> <{thing}> ; <{VOCABULARY}number> "{number}"^^<{XSD}integer> '
                f'; <{VOCABULARY}content> "{part}"'
            )
            self.client.update(f"INSERT DATA {{ GRAPH {self._graph} {{ {facts} }} }}")
        told = f'<{thing}> <{VOCABULARY}digest> "{sha256(content).hexdigest()}"'
        self.client.update(f"INSERT DATA {{ GRAPH {self._graph} {{ {told} }} }}")

    def get(self, name: str) -> bytes | None:
        """Return the content of a file; ``None`` where there is none of that name.

        Raises:
            EngineAnswerError: It is not what was put there.
        """
        thing = self._iri(name)
        digests: set[str] = set()
        parts: dict[int, str] = {}
        pattern = (
            f"{{ <{thing}> <{VOCABULARY}digest> ?d }} UNION "
            f"{{ ?p <{VOCABULARY}of> <{thing}> ; <{VOCABULARY}number> ?n ; <{VOCABULARY}content> ?c }}"
        )
        with self.client.select(f"SELECT ?d ?n ?c {{ GRAPH {self._graph} {{ {pattern} }} }}") as rows:
            for digest, number, part in rows:
                if digest is not None:
                    digests.add(digest.value)
                else:
                    parts[int(number.value)] = part.value
        if not digests:
            return None
        try:
            content = zlib.decompress(b64decode("".join(parts[number] for number in range(len(parts)))))
        except (KeyError, ValueError, zlib.error) as error:
            raise EngineAnswerError(f"The file {name} on the server is not whole ({error}).") from error
        if digests != {sha256(content).hexdigest()}:
            raise EngineAnswerError(f"The file {name} on the server is not what was put there.")
        return content

    def names(self) -> frozenset[str]:
        """Return the names of the files that are there in full."""
        with self.client.select(f"SELECT ?f {{ GRAPH {self._graph} {{ ?f <{VOCABULARY}digest> ?d }} }}") as rows:
            return frozenset(unquote(row[0].value.removeprefix(f"{self.base}sets/files/")) for row in rows)

    def delete(self, names: Iterable[str]) -> None:
        """Delete files; those that are not there need not be."""
        for name in names:
            thing = self._iri(name)
            # What tells of a file goes first.
            for pattern in (f"<{thing}> ?p ?o", f"?s <{VOCABULARY}of> <{thing}> ; ?p ?o"):
                said = pattern if pattern.startswith("<") else "?s ?p ?o"
                self.client.update(
                    f"DELETE {{ GRAPH {self._graph} {{ {said} }} }} WHERE {{ GRAPH {self._graph} {{ {pattern} }} }}"
                )

    def _iri(self, name: str) -> str:
        return f"{self.base}sets/files/{quote(name, safe='/.-_')}"
