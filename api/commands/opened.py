"""The graph as commands open it: published from its folder first, where that has changed.

What judges documents, and what plain datasets need, is loaded where it is used: most starts use neither.
"""

from typing import TYPE_CHECKING

import typer

from api.commands.judged import relocated
from api.commands.options import progress
from api.settings import Settings
from graph.building import build
from graph.engine.generations import Generation
from graph.engine.remote.client import Client
from graph.formats import TEXT_REPORT
from graph.home import Home
from graph.index import Index, open_generation, open_index
from graph.iris import Iris, digest
from graph.plain_elsewhere import PlainElsewhere, open_plain_elsewhere
from graph.replication import home_at
from graph.report_formats.text import as_text
from graph.vocabulary import Vocabulary
from graph.vocabulary_reader import load

if TYPE_CHECKING:
    from graph.workshop import Workshop


def home_of(settings: Settings, vocabulary: Vocabulary | None = None) -> Home:
    """Return where the graph lives."""
    address = settings.address()
    if settings.strict and address.server is not None:
        return PlainElsewhere(Client(address.server))
    return home_at(address, vocabulary or load(settings.ontology), Iris(settings.base_iri))


def built(settings: Settings, vocabulary: Vocabulary, home: Home) -> Generation:
    """Publish the documents of the folder, unless they are published already."""

    def workshop() -> "Workshop":
        from graph.workshop import Workshop

        return Workshop.of(vocabulary, Iris(settings.base_iri))

    with progress() as tell:
        return build(
            settings.data,
            settings.state,
            workshop,
            inputs=digest(vocabulary.digest, settings.base_iri),
            home=home,
            progress=tell,
        )


def opened(settings: Settings, home: Home | None = None) -> Index:
    """Return what answers: from the documents of the folder, else from a plain dataset."""
    vocabulary, iris = load(settings.ontology), Iris(settings.base_iri)
    home = home or home_of(settings, vocabulary)
    if settings.strict:
        generation = _plain(settings)
        return open_generation(generation, vocabulary, iris, home.reader(generation))
    built(settings, vocabulary, home)
    return open_index(settings.state, vocabulary, iris, home)


def _plain(settings: Settings) -> Generation:
    from graph.plain import open_plain

    open_dataset = open_plain if settings.engine == "embedded" else open_plain_elsewhere
    return open_dataset(settings.state, settings.base_iri)


def print_report(generation: Generation, settings: Settings) -> None:
    """Print what was found when a generation was made."""
    report = relocated(generation.full_report(), settings.data, TEXT_REPORT)
    typer.echo(as_text(report).encode(errors="replace"), nl=False)
