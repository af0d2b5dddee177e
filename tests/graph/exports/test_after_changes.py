"""What is exported after changes is what would be exported were everything made anew."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from graph import building
from graph.derived import DERIVED
from graph.engine.generations import Generation
from graph.formats import GRAPHML
from graph.index import open_generation
from graph.portraits import BASE, REFERENCES, Portraits
from graph.texts_file import files_of
from graph.workshop import Workshop
from tests.conftest import Write
from tests.graph.exports.made import exported

BEFORE = """\
entities:
  alpha: {type: Vendor, name: Alpha, homepage: https://alpha.example, relations: [{maintains: beta}]}
  beta: {type: Service, name: Beta, description: {en: The second, fr: La deuxième}}
  gone: {type: Client, name: Gone, relations: [{uses: beta}]}
"""
AFTER = """\
entities:
  alpha: {type: Vendor, name: Zulu, homepage: https://zulu.example, relations: [{maintains: aardvark}]}
  beta: {type: Service, name: Beta, description: {en: The second}}
  aardvark: {type: Service, name: Aardvark, relations: [{uses: unheard-of}]}
"""
OTHER = "entities: {kept: {type: Client, name: Kept, relations: [{uses: beta}]}}"


def test_it_is_the_same_as_from_scratch(
    write: Write, build: Callable[[], Generation], data: Path, tmp_path: Path, workshop: Workshop
) -> None:
    """Nodes come, go, and change their names, so that others have other numbers than before."""
    write("note.yaml", BEFORE)
    write("other.yaml", OTHER)
    build()
    write("note.yaml", AFTER)
    changed = open_generation(build(), workshop.vocabulary, workshop.iris)
    anew = building.build(data, tmp_path / "anew", lambda: workshop, inputs=workshop.vocabulary.digest)
    fresh = open_generation(anew, workshop.vocabulary, workshop.iris)

    with closing(changed.derived):
        for language in ("en", "fr"):
            assert exported(changed, GRAPHML, language) == exported(fresh, GRAPHML, language)


def test_only_what_was_touched_is_written(write: Write, build: Callable[[], Generation], workshop: Workshop) -> None:
    many = ", ".join(f"e{number}: {{type: Client, name: Client {number}}}" for number in range(300))
    write("many.yaml", f"entities: {{{many}}}")
    write("note.yaml", BEFORE)
    build()
    write("note.yaml", AFTER)
    index = open_generation(build(), workshop.vocabulary, workshop.iris)

    with closing(index.derived):
        folder = index.derived.portraits

        assert (folder / BASE).read_text() == str((index.generation.folder / DERIVED).resolve())
        assert (folder / files_of(REFERENCES)[0]).read_bytes().count(b"e") < 60
        portraits = Portraits(folder)
        assert [portraits.references.text(node) for node in range(len(portraits))] == index.atlas.references
        assert [portraits.names.text(node) for node in range(len(portraits))] == index.atlas.names
