"""What a service and its scribe say to each other, over a socket whose both ends are ours."""

import pickle
import struct
from dataclasses import dataclass
from typing import Any, Final

from graph.errors import GraphError

LENGTH: Final = struct.Struct("!Q")


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


def packed(value: object) -> bytes:
    """Return *value* as it goes over the socket."""
    content = pickle.dumps(value)
    return LENGTH.pack(len(content)) + content


def receive(incoming: Any) -> Any:
    """Return the next value that comes over the socket.

    Raises:
        EOFError: There is no more.
    """
    head = incoming.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    return pickle.loads(incoming.read(LENGTH.unpack(head)[0]))  # noqa: S301  # from the process that started this one
