"""What goes wrong in requests, beside what can go wrong in the graph."""

from collections.abc import Sequence

from graph.errors import GraphError


class NotAcceptableError(GraphError):
    """The client accepts no format that there is."""

    code = "not-acceptable"

    def __init__(self, accept: str, allowed: Sequence[str]) -> None:
        super().__init__(f"“{accept[:200]}” accepts none of the formats here: {', '.join(allowed)}.")
        self.allowed = tuple(allowed)


class MediaTypeError(GraphError):
    """The body of a request is of a kind that is not read here."""

    code = "media-type-unsupported"

    def __init__(self, found: str, allowed: Sequence[str]) -> None:
        super().__init__(f"A body of type “{found[:200]}” is not read here; send {' or '.join(allowed)}.")
        self.allowed = tuple(allowed)


class TooLargeError(GraphError):
    """The body of a request is larger than it may be."""

    code = "request-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The body of a request may have {limit_bytes} bytes, and this one has more.")
        self.limit_bytes = limit_bytes


class SlowBodyError(GraphError):
    """The body of a request takes too long to come."""

    code = "request-too-slow"

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(f"The body of the request did not come within {limit_seconds:g} seconds.")
        self.limit_seconds = limit_seconds


class UriTooLongError(GraphError):
    """The address of a request is longer than it may be."""

    code = "address-too-long"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"What follows the ? may have {limit_bytes} bytes; send a longer query in the body of a POST.")
        self.limit_bytes = limit_bytes


class AnswerTooLargeError(GraphError):
    """An answer that is wanted whole is larger than the service gathers."""

    code = "answer-too-large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"The answer has more than the {limit_bytes} bytes that are gathered before sending. "
            "Ask for less, or without complete=true: then it is sent while it comes."
        )
        self.limit_bytes = limit_bytes


class SpoolBusyError(GraphError):
    """As many large answers are being gathered as the service takes."""

    code = "spool-busy"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} large answers are being gathered or sent already; try again in a moment.")


class SpoolError(GraphError):
    """A large answer could not be gathered on disk."""

    code = "spool-failed"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The answer could not be gathered on the service's disk ({reason}). "
            "Ask for less, or without complete=true: then it is sent while it comes."
        )


class CursorError(GraphError):
    """A cursor belongs to a list that has changed since."""

    code = "cursor-expired"

    def __init__(self) -> None:
        super().__init__("The generation that this cursor was given for is not kept any more; begin again without it.")


class UnauthorizedError(GraphError):
    """The request needs a token."""

    code = "unauthorized"

    def __init__(self, *, is_sent: bool) -> None:
        # One sentence for every bad token, so that nobody learns which ones there are, or were.
        super().__init__(
            "The token is not valid here."
            if is_sent
            else "This needs a token, sent as “Authorization: Bearer …”; `cloudindex token create` makes one."
        )
        self.headers = _challenge(**({"error": "invalid_token"} if is_sent else {}))


class ForbiddenError(GraphError):
    """The token does not allow this."""

    code = "forbidden"

    def __init__(self, role: str) -> None:
        super().__init__(f"This needs a token of the role {role}, and this one allows less.")
        self.role = role
        self.headers = _challenge(error="insufficient_scope", scope=role)


class WritesOffError(GraphError):
    """Writing is turned off."""

    code = "writes-off"

    def __init__(self) -> None:
        super().__init__("Writing is turned off here; start the service with --writes or CLOUDINDEX_WRITES=true.")


class TokensFileError(GraphError):
    """The file of tokens cannot be read."""

    code = "tokens-unreadable"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The file of tokens cannot be used: {reason}. "
            "Mend it, or delete it and create new tokens; until then every token is refused."
        )


def _challenge(**facts: str) -> dict[str, str]:
    """Return the header that says how to ask with a token, as RFC 6750 has it."""
    parts = ('realm="Cloud Index"', *(f'{name}="{value}"' for name, value in facts.items()))
    return {"WWW-Authenticate": f"Bearer {', '.join(parts)}"}
