"""What benchmarks are made of: the made-up graph, the analysts' questions, and what the command takes."""

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, Store, parse

from benchmarks import __main__ as command
from benchmarks.analysts import KINDS_OF_QUESTION, questions
from benchmarks.made_up import entities, write_documents, write_quads
from benchmarks.table import Row, absent, printed
from graph.terms import EDGE, LABEL, LINE, SOURCE, STATED_IN_SECTION


def test_the_made_up_graph_has_exactly_as_many_triples_as_asked_each_once(tmp_path: Path) -> None:
    write_quads(tmp_path / "some.nq", triples=5_000)

    read = list(parse(path=str(tmp_path / "some.nq"), format=RdfFormat.N_QUADS))

    assert len(set(read)) == 5_000


def test_it_is_the_same_for_the_same_seed_and_another_for_another(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        write_quads(tmp_path / name, triples=1_000, seed=seed)

    one, same, other = ((tmp_path / name).read_bytes() for name in ("one", "same", "other"))
    assert one == same != other


def test_it_has_labels_in_two_languages_and_says_who_states_what_where(tmp_path: Path) -> None:
    write_quads(tmp_path / "some.nq", triples=5_000)
    read = list(parse(path=str(tmp_path / "some.nq"), format=RdfFormat.N_QUADS))

    languages = {quad.object.language for quad in read if quad.predicate == LABEL}
    assert languages == {"en", "fr"}
    assert {EDGE, SOURCE, LINE, STATED_IN_SECTION} <= {quad.predicate for quad in read}


def test_few_things_are_named_by_many() -> None:
    degrees: dict[str, int] = {}
    for entity in islice(entities(), 5_000):
        for _, value in entity.facts:
            if value.startswith("id:"):
                degrees[value] = degrees.get(value, 0) + 1

    ordered = sorted(degrees.values(), reverse=True)
    assert sum(ordered[:50]) > 0.15 * sum(ordered)


def test_its_documents_are_as_long_as_the_graph_wants(tmp_path: Path) -> None:
    count = write_documents(tmp_path, triples=200_000)

    assert len(list((tmp_path / "made").iterdir())) == -(-count // 1_000)


@pytest.mark.parametrize("kind", KINDS_OF_QUESTION)
def test_what_analysts_ask_can_be_answered(tmp_path: Path, kind: str) -> None:
    store = Store()
    count = write_quads(tmp_path / "some.nq", triples=50_000)
    store.bulk_load(path=str(tmp_path / "some.nq"), format=RdfFormat.N_QUADS)

    asked = questions(kind, entities=count, count=60)

    assert asked == questions(kind, entities=count, count=60)
    answers: list[Any] = [store.query(query, use_default_graph_as_union=True) for query in asked]
    assert any(next(iter(answer), None) for answer in answers)


def test_a_row_of_the_table_says_promise_measurement_and_ratio() -> None:
    rows = (Row("a look-up", 1.5, 2.0, "ms", "≤ 3 ×"), absent("a server", "no Java"))

    assert printed("part", rows).splitlines() == [
        "| part | a look-up | ≤ 3 × | 1.5 ms | 2.00 |",
        "| part | a server: absent, no Java |  | – | – |",
    ]


def test_without_arguments_it_says_what_each_part_does(capsys: pytest.CaptureFixture[str]) -> None:
    command.main([])

    told = capsys.readouterr().out
    assert all(name in told and part.says in told for name, part in command.PARTS.items())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nonsense"], "there is no part “nonsense”"),
        (["start:5"], "“start” has no size"),
        (["growth:0"], "“0” is no size"),
        (["growth:ten"], "“ten” is no size"),
        (["--size", "1e6", "growth"], "“1e6” is no size"),
    ],
)
def test_a_wrong_argument_gets_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)

    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
