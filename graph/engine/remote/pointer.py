"""The pointer: which of the two sets of graphs is live, what each holds, and who may publish.  Asks the server.

It is one triple in a graph of its own, so that no server can keep half of it or mix two.  Every change of it is one
update that names the triple it starts from, so of two that start from the same one only the first does anything.  Where
a server lets updates overlap, both may leave a triple: the one that weighs most counts for all, and whoever is about to
rely on its own looks again after a while.

A set is reserved before it is overwritten.  Readers look at the pointer every moment, and believe what they read from
a set only as long as they have lately seen that it is not reserved; the publisher waits for that long.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import sleep
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlencode

from graph.engine.remote.configuration import Remote
from graph.errors import EngineAnswerError, GraphError, LeaseLostError, QueryTimeoutError

VOCABULARY: Final = "https://w3id.org/cloudindex/sets#"
SETS: Final = ("a", "b")
# How long the server may think about the pointer, which is a few triples.
SECONDS: Final = 10.0
# How long updates of others may still be on their way, where the server does not take one after the other.
OVERLAP_SECONDS: Final = 0.5
# The version of all this; a later one may keep its graphs in another way.
FORM: Final = 1


class Asks(Protocol):
    """What is needed of a client."""

    remote: Remote

    def select(self, query: str, *, seconds: float | None = None) -> Any:
        """Return the solutions of a query, to be used in a ``with`` block."""
        ...

    def update(self, text: str, *, seconds: float | None = None) -> None:
        """Run an update."""
        ...


@dataclass(frozen=True, slots=True)
class Pointer:
    """What the server says of its sets.

    Attributes:
        version: Grows with every change, from 1; 0 where there is no pointer yet.
        generation: The number of what is published; 0 where nothing is.
        live: The set that holds it.
        holds: Which generation each set holds in full.
        reserved: The set that is about to be overwritten, or is being.
        holder: Who may publish now; empty where nobody does.
        index: What tells this index from others that have had the same address.
        purged: The generation that something was purged in last, of what was before which no copy keeps anything; 0
            where nothing was.
    """

    version: int = 0
    generation: int = 0
    live: str = ""
    holds: Mapping[str, int] = field(default_factory=dict)
    reserved: str = ""
    holder: str = ""
    index: str = ""
    purged: int = 0

    @property
    def idle(self) -> str:
        """The set that is not live."""
        return next(name for name in SETS if name != self.live)

    def serves(self, set_name: str, generation: int) -> bool:
        """Return whether *set_name* may be read as *generation*."""
        return self.holds.get(set_name) == generation and self.reserved != set_name


@dataclass(frozen=True, slots=True)
class PointerStore:
    """Reads and changes the pointer of the index with that base."""

    client: Asks
    base: str

    @property
    def _state(self) -> str:
        return f"<{self.base}sets> <{VOCABULARY}state>"

    @property
    def _graph(self) -> str:
        return f"<{self.base}sets/pointer>"

    def read(self) -> Pointer:
        """Return what the server says now.

        Raises:
            GraphError: It does not answer, or its graphs are kept in a way that this version does not know.
        """
        query = f"SELECT ?state {{ GRAPH {self._graph} {{ {self._state} ?state }} }}"
        with self.client.select(query, seconds=SECONDS) as rows:
            texts = [state.value for (state,) in rows]
        try:
            return _pointer(max(texts, key=_weight)) if texts else Pointer()
        except (KeyError, ValueError) as error:
            raise EngineAnswerError(f"{self._graph} on the server is no pointer of an index ({error}).") from error

    def change(self, old: Pointer, new: Pointer) -> Pointer:
        """Put *new* in place of *old*, and return it with its version.

        Raises:
            LeaseLostError: Somebody else was faster.
            EngineAnswerError: The server did not do it.
        """
        new = replace(new, version=old.version + 1)
        if not old.version:
            self._sow()
        text = (
            f"DELETE {{ GRAPH {self._graph} {{ {self._state} ?any }} }} "
            f"INSERT {{ GRAPH {self._graph} {{ {self._state} {_literal(new)} }} }} "
            f"WHERE {{ GRAPH {self._graph} {{ {self._state} {_literal(old)} . {self._state} ?any }} }}"
        )
        trouble: GraphError | None = None
        try:
            self.client.update(text, seconds=SECONDS)
        except (EngineAnswerError, QueryTimeoutError) as error:  # it may have been done all the same
            trouble = error
        found = self.read()
        if found == new:
            return new
        if found == old:  # else whoever is patient would wait forever
            raise trouble or EngineAnswerError("The server took a change of its pointer, and did not make it.")
        raise LeaseLostError(found.holder)

    def settle(self, pointer: Pointer) -> None:
        """Make sure that *pointer*, which was just put there, is what counts for all.

        Raises:
            LeaseLostError: Something else does.
        """
        if self.client.remote.dialect.takes_turns:
            return
        sleep(OVERLAP_SECONDS)
        found = self.read()
        if found != pointer:
            raise LeaseLostError(found.holder)

    def _sow(self) -> None:
        """Give changes something to start from, which is the same whoever sows it."""
        self.client.update(
            f"INSERT {{ GRAPH {self._graph} {{ {self._state} {_literal(Pointer())} }} }} "
            f"WHERE {{ FILTER NOT EXISTS {{ GRAPH {self._graph} {{ {self._state} ?any }} }} }}",
            seconds=SECONDS,
        )
        if not self.client.remote.dialect.takes_turns:
            sleep(OVERLAP_SECONDS)  # it may still be sowing for others


def _literal(pointer: Pointer) -> str:
    """Return a pointer as one literal; equal ones are written alike.

    >>> _literal(Pointer(version=2, live="a", holds={"a": 1}, holder="copy 1"))
    '"form=1&version=2&generation=0&live=a&reserved=&holder=copy+1&index=&a=1"'
    """
    fields = {"form": FORM, "version": pointer.version, "generation": pointer.generation, "live": pointer.live}
    fields |= {"reserved": pointer.reserved, "holder": pointer.holder, "index": pointer.index}
    fields |= {name: pointer.holds[name] for name in SETS if name in pointer.holds}
    if pointer.purged:  # earlier versions wrote nothing of it, and a change names the text that it starts from
        fields["purged"] = pointer.purged
    return f'"{urlencode(fields)}"'


def _pointer(text: str) -> Pointer:
    """Return what `_literal` wrote.

    Raises:
        EngineAnswerError: A later version of Cloud Index wrote it.
        KeyError, ValueError: It is nothing of that kind.
    """
    fields = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
    if int(fields["form"]) != FORM:
        raise EngineAnswerError(f"The graphs on the server are kept in form {fields['form']}, not {FORM}.")
    return Pointer(
        version=int(fields["version"]),
        generation=int(fields["generation"]),
        live=fields["live"],
        holds={name: int(fields[name]) for name in SETS if name in fields},
        reserved=fields["reserved"],
        holder=fields["holder"],
        index=fields["index"],
        purged=int(fields.get("purged", 0)),
    )


def _weight(text: str) -> tuple[int, str]:
    """Return what the one has more of that counts, where there are two."""
    fields = dict(parse_qsl(text))
    return int(fields["version"]), text
