"""What writes are done with, wherever they are done: here by a command, or by the process of a service."""

from dataclasses import dataclass
from pathlib import Path

from graph.address import HERE, Address


@dataclass(frozen=True, slots=True)
class Desk:
    """Where writes are done: the state folder, the ontology, the address of the graph.

    Attributes:
        ontology: The folder of another ontology.
        address: Where the graph lives.
    """

    state: Path
    ontology: Path | None
    base_iri: str
    is_plain: bool = False
    address: Address = HERE
