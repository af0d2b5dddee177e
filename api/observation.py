"""What is known of each request and its answer, for whoever keeps account of it: the log, the metrics."""

from dataclasses import dataclass
from typing import Final, Protocol

from starlette.types import Scope

from api.routes import path_of

STATE: Final = "exchange"
CLIENT_GONE: Final = "client"
SHUTDOWN: Final = "shutdown"


@dataclass(slots=True)
class Exchange:
    """A request and its answer, as far as they have come.

    Attributes:
        path: Below the prefix of a proxy.
        status: 0 as long as no answer has begun.
        seconds: From the request's head to the end of its answer.
        query: The SPARQL query, where there is one.
        aborted: What ended the connection before the answer was whole: ``client``, ``shutdown``, or the code of an
            error; empty for an answer that was whole.
    """

    request_id: str
    method: str
    path: str
    query_string: bytes
    client: str
    generation: int
    status: int = 0
    sent_bytes: int = 0
    seconds: float = 0.0
    query: str = ""
    aborted: str = ""


class Observer(Protocol):
    """Who keeps account."""

    def begun(self, exchange: Exchange) -> None:
        """Take note of a request that has come."""
        ...

    def ended(self, exchange: Exchange) -> None:
        """Take note of what became of it."""
        ...


def begin(scope: Scope, request_id: str) -> Exchange:
    """Return what is known of a request that has come, and keep it in its state."""
    client = scope.get("client")
    exchange = Exchange(
        request_id,
        scope["method"],
        path_of(scope),
        scope["query_string"],
        client[0] if client else "",
        scope["app"].state.index.generation.id,
    )
    state = scope.setdefault("state", {})
    state["request_id"], state[STATE] = request_id, exchange
    return exchange


def exchange_of(scope: Scope) -> Exchange | None:
    """Return what is known of a request, or ``None`` where nobody keeps account."""
    found = scope.get("state", {}).get(STATE)
    return found if isinstance(found, Exchange) else None


def note_query(scope: Scope, query: str) -> None:
    """Add the SPARQL query of a request to what is known of it."""
    exchange = exchange_of(scope)
    if exchange is not None:
        exchange.query = query


def note_break(scope: Scope, reason: str) -> None:
    """Note why the answer to a request breaks off."""
    exchange = exchange_of(scope)
    if exchange is not None:
        exchange.aborted = reason
