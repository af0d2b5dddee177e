"""Why something holds over many steps, and what is said where the search was cut short."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.engine.generations import Generation
from graph.errors import QueryTimeoutError, UnknownStatementError
from graph.index import Index, open_index
from graph.statements import Claims
from graph.why import Explainer
from graph.workshop import Workshop
from tests.conftest import Write

LAST = 40


@pytest.fixture
def chain(write: Write, build: Callable[[], Generation], tmp_path: Path, workshop: Workshop) -> Index:
    """Tools each of which uses the next one."""
    lines = [f"  c{number}: {{type: ReleaseTool, name: Tool{number}" for number in range(LAST + 1)]
    uses = [f", relations: [{{uses: c{number + 1}}}]}}" for number in range(LAST)]
    write("chain.yaml", "entities:\n" + "\n".join(map("".join, zip(lines, [*uses, "}"], strict=True))))
    build()
    return open_index(tmp_path / "state", workshop.vocabulary, workshop.iris)


def explainer(index: Index, **more: float) -> Explainer:
    return Explainer(Claims(index.atlas, index.reader, index.catalogue), **more)


@pytest.mark.parametrize("steps", [2, 12, 13, LAST])
def test_what_holds_over_many_steps_is_explained_step_by_step(steps: int, chain: Index) -> None:
    relation = chain.vocabulary.relations["dependsOn"]

    why = explainer(chain).of_relation(chain.iris.entity("c0"), relation, chain.iris.entity(f"c{steps}"))

    assert len(why.through) == steps
    assert why.text[0] == f"Tool0 depends on Tool{steps}, over {steps} steps:"


def test_a_search_that_was_cut_short_denies_nothing(chain: Index) -> None:
    relation = chain.vocabulary.relations["dependsOn"]
    ends = chain.iris.entity("c0"), chain.iris.entity(f"c{LAST}")

    with pytest.raises(QueryTimeoutError):
        explainer(chain, seconds=-1.0).of_relation(ends[0], relation, ends[1])


def test_what_no_way_leads_to_is_not_said(chain: Index) -> None:
    relation = chain.vocabulary.relations["dependsOn"]

    with pytest.raises(UnknownStatementError, match="Nothing here says “Tool9 depends on Tool0”"):
        explainer(chain).of_relation(chain.iris.entity("c9"), relation, chain.iris.entity("c0"))
