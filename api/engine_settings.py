"""Which engine holds the graph, and how a server is reached, as settings."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from graph.address import Address
from graph.engine.remote.configuration import Remote

ADDRESS = r"^(?:https?://[^\s<>\"{}|\\^`]+)?$"
ADDRESSES = r"^(?:https?://[^\s,<>\"{}|\\^`]+(?:\s*,\s*https?://[^\s,<>\"{}|\\^`]+)*)?$"
# Even where queries have next to no time: a server may have to collect its garbage.
LEAST_STALL_SECONDS: Final = 5.0


class EngineSettings(BaseSettings):
    """The settings of the engine."""

    engine: Literal["embedded", "sparql"] = Field(
        default="embedded", description="What holds the graph: this machine, or a server that speaks SPARQL."
    )
    engine_kind: Literal["generic", "fuseki", "virtuoso", "oxigraph", "cloudindex"] = Field(
        default="generic", description="What kind of server it is; some do things in their own way."
    )
    query_endpoints: str = Field(
        default="", pattern=ADDRESSES, description="Where the server is asked; several replicas with commas."
    )
    update_endpoint: str = Field(default="", pattern=ADDRESS, description="Where the server takes updates.")
    graph_store_endpoint: str = Field(
        default="", pattern=ADDRESS, description="Where the server takes whole graphs; updates are used without it."
    )
    engine_user: str = Field(default="", description="The name that the server knows this service by.")
    engine_password: SecretStr = Field(
        default=SecretStr(""), description="The password, or the token, that goes with it."
    )
    engine_password_file: Path | None = Field(default=None, description="A file that holds the password instead.")
    engine_authentication: Literal["basic", "digest", "bearer"] = Field(
        default="basic", description="How the server wants to be told the password."
    )
    engine_ca_file: Path | None = Field(
        default=None, description="The certificates that the server's own must be signed by."
    )
    shared_writers: bool = Field(
        default=False, description="Whether others write to the server as well; nothing is kept for ETags then."
    )
    query_seconds: float = Field(default=30.0, gt=0, le=3600, description="How long a query may run.")
    derived_triples: int = Field(
        default=20_000_000,
        ge=0,
        description="Up to how many triples on a server lists, searches, paths and exports are answered.",
    )

    @model_validator(mode="after")
    def check_engine(self) -> Self:
        """Refuse a server that nobody could ask.

        Raises:
            ValueError: It is one.
        """
        if self.engine == "sparql" and not self.query_endpoints:
            raise ValueError("the engine “sparql” needs CLOUDINDEX_QUERY_ENDPOINTS, where the server is asked")
        if self.engine == "embedded" and (self.query_endpoints or self.update_endpoint):
            raise ValueError("endpoints are named, and CLOUDINDEX_ENGINE is not “sparql”")
        return self

    def address(self) -> Address:
        """Return where the graph lives.

        Raises:
            OSError: The file of the password cannot be read.
        """
        return Address(self.server(), self.derived_triples)

    def server(self) -> Remote | None:
        """Return the server, ``None`` where the graph is on this machine."""
        if self.engine == "embedded":
            return None
        password = self.engine_password.get_secret_value()
        if self.engine_password_file is not None:
            password = self.engine_password_file.read_text(encoding="utf-8").strip()
        return Remote(
            queries=tuple(one.strip() for one in self.query_endpoints.split(",")),
            update=self.update_endpoint,
            store=self.graph_store_endpoint,
            kind=self.engine_kind,
            user=self.engine_user,
            password=password,
            authentication=self.engine_authentication,
            ca_file=str(self.engine_ca_file or ""),
            shared_writers=self.shared_writers,
            # A query may be silent until its time is over; what the service asks for itself waits no longer.
            stall_seconds=max(LEAST_STALL_SECONDS, self.query_seconds),
        )
