"""Request ids: one for each request, in its answer, its log lines and its problems."""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from random import getrandbits
from typing import Final

HEADER: Final = "X-Request-Id"
NAME: Final = HEADER.lower().encode()
HARMLESS: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
CURRENT: ContextVar[str] = ContextVar("request_id", default="")


def current_id() -> str:
    """Return the id of the request that is being answered, empty outside of one."""
    return CURRENT.get()


def chosen_id(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id that a request came with where that can do no harm, else a new one.

    >>> chosen_id([(b"x-request-id", b"from-the-proxy.1")])
    'from-the-proxy.1'
    >>> len(chosen_id([(b"x-request-id", b"<script>")]))
    16
    """
    for name, value in headers:
        if name == NAME and HARMLESS.fullmatch(value):
            return value.decode("ascii")
    return f"{getrandbits(64):016x}"  # it names, it keeps no secret
