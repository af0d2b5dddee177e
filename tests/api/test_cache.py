"""The cache of answers keeps within its budget, whatever it is asked."""

from hypothesis import given
from hypothesis import strategies as st

from api.cache import Answer, Cache

BUDGET = 64 * 1024
ENTRIES = st.lists(st.tuples(st.text("ab", max_size=4), st.integers(0, 6_000), st.booleans()))


def test_long_questions_with_short_answers_count_too() -> None:
    cache = Cache(BUDGET)
    for number in range(1_000):
        cache.keep(f"/api/search?q={number:03}{'x' * 2_000}", Answer.of(b"{}"))

    assert cache.held_bytes <= BUDGET
    assert sum(cache.find(f"/api/search?q={number:03}{'x' * 2_000}") is not None for number in range(1_000)) < 30


@given(ENTRIES)
def test_what_is_held_is_what_can_be_found(entries: list[tuple[str, int, bool]]) -> None:
    cache = Cache(BUDGET)
    for key, size, is_replaced in entries:
        (cache.replace if is_replaced else cache.keep)(key, Answer.of(b"x" * size))

    found = {key: answer for key, _, _ in entries if (answer := cache.find(key)) is not None}
    empty = Cache(BUDGET)
    for key, answer in found.items():
        empty.keep(key, answer)
    assert cache.held_bytes == empty.held_bytes <= BUDGET
