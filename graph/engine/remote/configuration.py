"""Where a SPARQL server is, and how it is talked to."""

import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Final
from urllib.parse import urlsplit

import orjson

from graph.engine.remote.dialects import DIALECTS, Dialect

AUTHENTICATIONS: Final = ("basic", "digest", "bearer")


@dataclass(frozen=True, slots=True)
class Remote:
    """A SPARQL server, alone or replicated.

    Attributes:
        queries: The addresses where it is asked, one for each replica.
        update: The address where it takes updates; empty where it is only read.
        store: The address of its graph store, which takes ``?graph=``; empty where triples go into updates instead.
        kind: A key of `DIALECTS`.
        user, password: How it knows us; a bearer token is a password without a user.
        authentication: One of `AUTHENTICATIONS`.
        ca_file: The certificates that its own must be signed by; empty for those of the system.
        connect_seconds: How long a connection may take to be made.
        stall_seconds: How long the server may say nothing while a query is answered; a query may not take longer
            than that to give its first row.
        update_seconds: How long an update may take that has no limit of its own.
        shared_writers: Whether others write to it as well, whose graphs may be asked by their names.
    """

    queries: tuple[str, ...]
    update: str
    store: str = ""
    kind: str = "generic"
    user: str = ""
    password: str = field(default="", repr=False)
    authentication: str = "basic"
    ca_file: str = ""
    connect_seconds: float = 3.0
    stall_seconds: float = 30.0
    update_seconds: float = 600.0
    shared_writers: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be talked to.

        Raises:
            ValueError: There is no address to ask, or one that is none; or a kind or a way that is not known.
        """
        if not self.queries:
            raise ValueError("no query endpoint is named")
        for address in (*self.queries, self.update, self.store):
            if address:
                _check(address)
        if self.kind not in DIALECTS:
            raise ValueError(f"there is no kind of server “{self.kind}”; there are {', '.join(DIALECTS)}")
        if self.authentication not in AUTHENTICATIONS:
            raise ValueError(f"“{self.authentication}” is none of {', '.join(AUTHENTICATIONS)}")
        _check_login(self)

    @property
    def dialect(self) -> Dialect:
        """What is particular to its kind."""
        return DIALECTS[self.kind]

    def to_json(self) -> str:
        """Return it as JSON, with the password."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> "Remote":
        """Return what `to_json` wrote."""
        fields = orjson.loads(text)
        return cls(**{**fields, "queries": tuple(fields["queries"])})


def shown(address: str) -> str:
    """Return the host and the port of an address, as messages name it.

    >>> shown("http://localhost:3030/ds/query?x=1")
    'localhost:3030'
    """
    return urlsplit(address).netloc.rpartition("@")[2]


def _check_login(remote: Remote) -> None:
    """Refuse a name or a password that cannot be sent.

    Raises:
        ValueError: It is one; the message does not repeat it.
    """
    if any(unicodedata.category(character) == "Cc" for character in remote.user + remote.password):
        raise ValueError("the user or the password of the server holds a control character, such as the end of a line")
    if ":" in remote.user and remote.authentication == "basic":
        raise ValueError("the user of the server holds a “:”, which basic authentication cannot tell")
    if remote.authentication == "bearer" and not (remote.password.isascii() and " " not in remote.password):
        raise ValueError("the password of the server is no token")


def _check(address: str) -> None:
    """Refuse an address that no request can be sent to.

    Raises:
        ValueError: It is one; the message does not repeat what may be a password in it.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or not address.isascii():
        raise ValueError("an endpoint is no address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"the address of {shown(address)} holds a user; name user and password by themselves")
    if parts.fragment or any(character <= " " for character in address):
        raise ValueError(f"the address of {shown(address)} holds a space or a “#”")
    _ = parts.port  # a ValueError of its own where it is no number
