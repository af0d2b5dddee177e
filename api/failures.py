"""What nobody expected: told once in the log with its stack, and to the client as a problem or a broken answer."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.observation import CLIENT_GONE, Exchange, exchange_of
from api.request_ids import current_id
from graph.errors import GraphError


class AnswerBrokenError(Exception):
    """An answer broke off, and all that is to be said of it has been; the server closes the connection."""


class Failures:
    """Turns what is raised before an answer begins into a problem, and breaks off an answer that has begun."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = exchange_of(scope)
        if exchange is None:
            return await self._app(scope, receive, send)
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            exchange.aborted = CLIENT_GONE
        except Exception as error:
            expected = _expected(error)
            if expected is None:
                _tell(error, exchange)
            if exchange.status:
                exchange.aborted = expected.code if expected else "internal"
                raise AnswerBrokenError from error
            await problems.internal()(scope, receive, send)
        return None


def _expected(error: BaseException | None) -> GraphError | None:
    """Return the error of ours that lies behind *error*, such as a limit that a long answer has met."""
    while error is not None and not isinstance(error, GraphError):
        error = error.__cause__
    return error


def _tell(error: Exception, exchange: Exchange) -> None:
    where = f"{exchange.method} {exchange.path[:200]!a}"
    problems.LOGGER.error("%s failed", where, exc_info=error, extra={"request_id": current_id()})
