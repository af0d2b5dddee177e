"""A write that a command does itself, as the service has it done by another process."""

from api.commands.options import say
from api.settings import Settings
from graph.scribe import office_of
from graph.writes import Author, Write


def perform(write: Write, settings: Settings) -> None:
    """Do a write without a service, and tell of which number the generation is."""
    written = office_of(settings.desk()).perform(write, Author())
    say(f"Generation {written.generation} is published.")
