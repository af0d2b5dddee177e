"""A process that does the writes that come over HTTP, one at a time, and can be killed at any moment.

It reads writes from its standard input, a socket to the service that started it, and answers each there.  What was
not published when it dies leaves no trace: the next writer sweeps it away.
"""

import ctypes
import os
import pickle
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import EngineError, GraphError
from graph.iris import Iris, digest
from graph.office import Office
from graph.plain import PlainOffice
from graph.publishing import software_digest
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from graph.writes import Author, Judged, Trial, Write, Written

LENGTH: Final = struct.Struct("!Q")
NICENESS: Final = 5
PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """What a scribe works with.

    Attributes:
        ontology: The folder of another ontology.
    """

    state: Path
    ontology: Path | None
    base_iri: str
    is_plain: bool = False

    def office(self) -> Office | PlainOffice:
        """Return where writes are done."""
        if self.is_plain:
            return PlainOffice(self.state, self.base_iri)
        vocabulary = load(self.ontology)
        made_with = digest(digest(vocabulary.digest, self.base_iri), software_digest())
        return Office(self.state, Workshop.of(vocabulary, Iris(self.base_iri)), made_with)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error on its way to the service: its class, its message, and its facts."""

    kind: type[GraphError]
    message: str
    facts: dict[str, Any]

    def revived(self) -> GraphError:
        """Return the error as it was raised."""
        error = self.kind.__new__(self.kind)
        Exception.__init__(error, self.message)
        error.__dict__.update(self.facts)
        return error


def main() -> None:
    """Do writes until the input ends; the first message is the desk."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C ends the service, which then ends its scribe
    _confine()
    channel = socket.socket(fileno=sys.stdin.fileno())
    with channel, channel.makefile("rb") as incoming:
        desk: Desk = receive(incoming)
        office = desk.office()
        while True:
            try:
                write, author = receive(incoming)
            except EOFError:
                return
            channel.sendall(packed(_done(office, write, author)))


def _done(office: Office | PlainOffice, write: Write | Trial, author: Author) -> Written | Judged | Failure:
    try:
        return office.try_out(write) if isinstance(write, Trial) else office.perform(write, author)
    except GraphError as error:
        return _failure(error)
    except OSError as error:
        return _failure(EngineError(f"The disk failed: {error.strerror}."))
    except MemoryError:
        return _failure(EngineError("There was not enough memory."))


def _failure(error: GraphError) -> Failure:
    return Failure(type(error), str(error), dict(error.__dict__))


def packed(value: object) -> bytes:
    """Return *value* as it goes over the socket."""
    content = pickle.dumps(value)
    return LENGTH.pack(len(content)) + content


def receive(incoming: Any) -> Any:
    """Return the next value that comes over the socket; both of its ends are ours.

    Raises:
        EOFError: There is no more.
    """
    head = incoming.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    return pickle.loads(incoming.read(LENGTH.unpack(head)[0]))  # noqa: S301  # from the process that started this one


def _confine() -> None:
    """Let this process end with its parent, and give way to others."""
    with suppress(OSError):
        os.nice(NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    from graph import scribe

    scribe.main()  # what it sends is named for the module, not for the program
