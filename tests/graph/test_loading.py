"""Files of RDF that are loaded whole into a plain dataset."""

from pathlib import Path

import pytest

from graph.engine.embedded import EmbeddedReader
from graph.engine.generations import Generation, find_current
from graph.errors import BadGraphError, StateFolderError, UnknownFormatError
from graph.index import Index
from graph.iris import DEFAULT_BASE, Iris
from graph.plain import load_files

QUADS = "<urn:a> <urn:b> <urn:c> <urn:graph> .\n"
TRIPLES = "<urn:a> <urn:b> <urn:c>, _:one .\n"


def written(folder: Path, **texts: str) -> list[Path]:
    files = [folder / name.replace("_", ".") for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def quads(generation: Generation) -> list[str]:
    reader = EmbeddedReader(generation.store_folder, Iris().graph("all"))
    return sorted(str(quad.graph_name) for quad in reader.quads())


def test_files_of_several_formats_become_one_generation(tmp_path: Path) -> None:
    files = written(tmp_path, one_nq=QUADS, two_ttl=TRIPLES)

    generation = load_files(tmp_path / "state", DEFAULT_BASE, files)

    assert quads(generation) == ["<urn:graph>", "DEFAULT", "DEFAULT"]
    assert generation.manifest.triple_count == 3
    assert generation.manifest.is_plain


def test_what_is_loaded_stands_beside_what_there_was(tmp_path: Path) -> None:
    load_files(tmp_path / "state", DEFAULT_BASE, written(tmp_path, one_nq=QUADS))

    generation = load_files(tmp_path / "state", DEFAULT_BASE, written(tmp_path, two_nq=QUADS.replace("urn:a", "urn:z")))

    assert quads(generation) == ["<urn:graph>", "<urn:graph>"]


def test_of_files_with_a_mistake_none_is_loaded_and_the_line_is_told(tmp_path: Path) -> None:
    state = tmp_path / "state"
    load_files(state, DEFAULT_BASE, written(tmp_path, before_nq=QUADS))

    with pytest.raises(BadGraphError, match=r"bad\.nq:2: "):
        load_files(state, DEFAULT_BASE, written(tmp_path, good_nq=QUADS, bad_nq=QUADS + "<urn:a> no triple\n"))

    current = find_current(state)
    assert current is not None
    assert current.manifest.triple_count == 1


@pytest.mark.parametrize(("name", "error"), [("none.nt", BadGraphError), ("some.pdf", UnknownFormatError)])
def test_a_file_that_is_not_there_or_of_no_format_is_refused(tmp_path: Path, name: str, error: type) -> None:
    with pytest.raises(error):
        load_files(tmp_path / "state", DEFAULT_BASE, [tmp_path / name])


def test_a_folder_that_holds_documents_takes_no_files(tmp_path: Path, index: Index) -> None:
    with pytest.raises(StateFolderError, match="holds documents"):
        load_files(index.generation.folder.parent.parent, DEFAULT_BASE, written(tmp_path, one_nq=QUADS))
