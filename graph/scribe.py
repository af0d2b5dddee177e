"""A process that does the writes that come over HTTP, one at a time, and can be killed at any moment.

It reads writes from its standard input, a socket to the service that started it, and answers each there.  What was
not published when it dies leaves no trace: the next writer sweeps it away.
"""

import ctypes
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import Final

from graph.building import software_digest
from graph.desk import Desk
from graph.engine.remote.client import Client
from graph.errors import EngineError, GraphError
from graph.iris import Iris, digest
from graph.messages import Failure, packed, receive
from graph.office import Office
from graph.plain import PlainOffice
from graph.plain_elsewhere import PlainOfficeElsewhere
from graph.replication import home_at
from graph.vocabulary_reader import load
from graph.workshop import Workshop
from graph.writes import Author, Judged, Trial, Write, Written

NICENESS: Final = 5
PR_SET_PDEATHSIG: Final = 1


AnyOffice = Office | PlainOffice | PlainOfficeElsewhere


def office_of(desk: Desk) -> AnyOffice:
    """Return where writes are done."""
    if desk.is_plain and desk.address.server is not None:
        return PlainOfficeElsewhere(desk.state, desk.base_iri, Client(desk.address.server))
    if desk.is_plain:
        return PlainOffice(desk.state, desk.base_iri)
    vocabulary, iris = load(desk.ontology), Iris(desk.base_iri)
    made_with = digest(digest(vocabulary.digest, desk.base_iri), software_digest())
    return Office(desk.state, Workshop.of(vocabulary, iris), made_with, home_at(desk.address, vocabulary, iris))


def main() -> None:
    """Do writes until the input ends; the first message is the desk."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C ends the service, which then ends its scribe
    _confine()
    channel = socket.socket(fileno=sys.stdin.fileno())
    with channel, channel.makefile("rb") as incoming:
        desk: Desk = receive(incoming)
        office = office_of(desk)
        while True:
            try:
                write, author = receive(incoming)
            except EOFError:
                return
            channel.sendall(packed(_done(office, write, author)))


def _done(office: AnyOffice, write: Write | Trial, author: Author) -> Written | Judged | Failure:
    try:
        return office.try_out(write) if isinstance(write, Trial) else office.perform(write, author)
    except GraphError as error:
        return _failure(error)
    except OSError as error:
        return _failure(EngineError(f"The disk failed: {error.strerror}."))
    except MemoryError:
        return _failure(EngineError("There was not enough memory."))
    except Exception as error:  # noqa: BLE001  # one write must not end the process that does those of all others
        return _failure(_unexpected(error))


def _unexpected(error: Exception) -> EngineError:
    """Return what is told of *error*; its note says in the log of the service where it happened."""
    told = EngineError("The write failed in a way that nobody expected; what happened is in the log of the service.")
    told.add_note("".join(traceback.format_exception(error)))
    return told


def _failure(error: GraphError) -> Failure:
    return Failure(type(error), str(error), dict(error.__dict__))


def _confine() -> None:
    """Let this process end with its parent, and give way to others."""
    with suppress(OSError):
        os.nice(NICENESS)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    from graph import scribe

    scribe.main()  # what it sends is named for the module, not for the program
