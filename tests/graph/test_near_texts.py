"""Which texts are near another one: those that comparing with each of them finds, and no other."""

from hypothesis import example, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from graph.near_texts import NearTexts

TEXT = st.text(st.sampled_from("abcdpq0éß \U0001f600"), max_size=7)


@given(texts=st.lists(TEXT, max_size=40, unique=True), text=TEXT, slips=st.integers(0, 2))
@example(texts=["ab", "ba"], text="ab", slips=1)
def test_what_is_near_is_found_and_nothing_else(texts: list[str], text: str, slips: int) -> None:
    found = NearTexts(texts).within(text, slips, most=100)

    distances = [(OSA.distance(text, one), one) for one in texts if one and text]
    assert sorted(found) == sorted(pair for pair in distances if pair[0] <= slips)


def test_the_nearest_of_each_length_are_told() -> None:
    assert NearTexts(["argo", "argi", "flux"]).within("argo", 2, most=1) == [(0, "argo")]
