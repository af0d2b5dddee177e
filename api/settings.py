"""What can be set, by environment variables that begin with ``CLOUDINDEX_`` or by options of the command line."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from api.engine_settings import EngineSettings
from api.proxies import Family, Network
from graph.desk import Desk
from graph.errors import ValidationLimitError
from graph.iris import DEFAULT_BASE
from graph.limits import Limits, WriteLimits
from graph.remote_hosts import Federation, parse_hosts

# How many documents may wait to be judged.
MOST_TRIALS = 16
HERE = Path(__file__).parent


def default_data() -> Path:
    """Return the folder of documents that comes with Cloud Index: that of the checkout, else that of the wheel."""
    checkout = HERE.parent / "data"
    return checkout if checkout.is_dir() and (HERE.parent / "pyproject.toml").is_file() else HERE / "default_data"


class Settings(EngineSettings):
    """Every setting, with its default."""

    model_config = SettingsConfigDict(env_prefix="CLOUDINDEX_", frozen=True, extra="forbid")

    data: Path = Field(default_factory=default_data, description="The folder of documents.")
    state: Path = Field(default=Path(".cloudindex"), description="The folder of what is built.")
    ontology: Path | None = Field(default=None, description="A folder with another ontology.")
    base_iri: str = Field(
        default=DEFAULT_BASE,
        pattern=r"^https?://[^\s<>\"{}|\\^`]+/$",
        description="What the IRIs of entities begin with.",
    )
    host: str = Field(default="127.0.0.1", description="The address that the service listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that the service listens on.")
    query_memory_mib: int = Field(default=1024, ge=64, description="How much memory a query may take, in MiB.")
    query_rows: int = Field(
        default=10_000_000, ge=0, description="How many rows or triples an answer may have; 0 sets no limit."
    )
    query_workers: int = Field(default=2, ge=1, le=256, description="How many queries run at the same time.")
    query_waiting: int = Field(default=64, ge=0, description="How many more may wait for their turn.")
    request_bytes: int = Field(
        default=1 << 20, ge=1024, description="How large the body of a request may be, in bytes."
    )
    title: str = Field(default="Cloud Index", max_length=200, description="What the dataset is called.")
    licence: str = Field(
        default="", pattern=r"^(?:https?://[^\s<>\"{}|\\^`]+)?$", description="The address of the licence of the data."
    )
    log: Literal["auto", "json", "text", "off"] = Field(default="auto", description="The form of the log.")
    log_queries: bool = Field(default=False, description="Whether the log holds the queries that people ask.")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="The proxies that are believed, as addresses and networks, with commas."
    )
    proxy_headers: Family = Field(default=Family.X_FORWARDED, description="The headers that those proxies write.")
    cache_bytes: int = Field(default=64 << 20, ge=0, description="How much memory cached answers may take, in bytes.")
    spool_bytes: int = Field(
        default=1 << 30, ge=1 << 20, description="How large an answer may be that is gathered on disk, in bytes."
    )

    allowed_hosts: str = Field(
        default="",
        description="The hosts that queries may ask with SERVICE: host or host:port, with commas between them.",
    )
    remote_bytes: int = Field(
        default=16 << 20, ge=1024, description="How large the answer of another service may be, in bytes."
    )
    watch: bool = Field(default=False, description="Whether what changes in the folder is published at once.")
    tokens: Path | None = Field(
        default=None,
        description="The file of tokens, which copies may share; tokens.json of the state folder without it.",
    )
    writes: bool = Field(default=False, description="Whether whoever has a token may write.")
    private: bool = Field(default=False, description="Whether reading needs a token, too.")
    strict: bool = Field(default=False, description="Whether a plain dataset is served, with nothing derived.")
    write_seconds: float = Field(default=120.0, gt=0, le=86_400, description="How long a write may take.")
    write_memory_mib: int = Field(default=4096, ge=256, description="How much memory a write may take, in MiB.")
    write_bytes: int = Field(
        default=64 << 20, ge=1024, description="How large a graph or a document that is written may be, in bytes."
    )

    validation_seconds: float = Field(
        default=20.0, gt=0, le=3600, description="How long a document that is sent may take to be judged."
    )
    validation_memory_mib: int = Field(
        default=1024, ge=256, description="How much memory a document that is sent may take to be judged, in MiB."
    )
    validation_bytes: int = Field(
        default=4 << 20, ge=1024, description="How large a document may be that is sent to be judged, in bytes."
    )

    @field_validator("allowed_hosts")
    @classmethod
    def check_hosts(cls, text: str) -> str:
        """Refuse what is no list of hosts.

        Raises:
            ValueError: It is none.
        """
        parse_hosts(text)
        return text

    def federation(self) -> Federation:
        """Return which other services may be asked."""
        return Federation(parse_hosts(self.allowed_hosts), self.remote_bytes)

    def desk(self) -> Desk:
        """Return what writes are done with."""
        return Desk(self.state, self.ontology, self.base_iri, is_plain=self.strict, address=self.address())

    def write_limits(self) -> WriteLimits:
        """Return what a write may take."""
        return WriteLimits(self.write_seconds, self.write_memory_mib << 20, self.query_waiting)

    def trial_limits(self) -> WriteLimits:
        """Return what it may take to judge a document that whoever reads has sent."""
        memory_bytes = self.validation_memory_mib << 20
        return WriteLimits(self.validation_seconds, memory_bytes, MOST_TRIALS, ValidationLimitError)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(part.strip() for part in parts if part.strip()) if isinstance(parts, list) else parts

    def limits(self) -> Limits:
        """Return what a query may take."""
        return Limits(
            seconds=self.query_seconds,
            memory_bytes=self.query_memory_mib << 20,
            rows=self.query_rows,
            workers=self.query_workers,
            waiting=self.query_waiting,
        )
