"""What can be set, by environment variables that begin with ``CLOUDINDEX_`` or by options of the command line."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.engine.pool import Limits
from graph.iris import DEFAULT_BASE

HERE = Path(__file__).parent


def default_data() -> Path:
    """Return the folder of documents that comes with Cloud Index: that of the checkout, else that of the wheel."""
    checkout = HERE.parent / "data"
    return checkout if checkout.is_dir() and (HERE.parent / "pyproject.toml").is_file() else HERE / "default_data"


class Settings(BaseSettings):
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
    query_seconds: float = Field(default=30.0, gt=0, le=3600, description="How long a query may run.")
    query_memory_mib: int = Field(default=1024, ge=64, description="How much memory a query may take, in MiB.")
    query_rows: int = Field(
        default=10_000_000, ge=0, description="How many rows or triples an answer may have; 0 sets no limit."
    )
    query_workers: int = Field(default=2, ge=1, le=256, description="How many queries run at the same time.")
    query_waiting: int = Field(default=64, ge=0, description="How many more may wait for their turn.")
    request_bytes: int = Field(
        default=1 << 20, ge=1024, description="How large the body of a request may be, in bytes."
    )
    cache_bytes: int = Field(default=64 << 20, ge=0, description="How much memory cached answers may take, in bytes.")

    writes: bool = Field(default=False, description="Whether tokens that allow it may write.")
    private: bool = Field(default=False, description="Whether reading needs a token, too.")

    def limits(self) -> Limits:
        """Return what a query may take."""
        return Limits(
            seconds=self.query_seconds,
            memory_bytes=self.query_memory_mib << 20,
            rows=self.query_rows,
            workers=self.query_workers,
            waiting=self.query_waiting,
        )
