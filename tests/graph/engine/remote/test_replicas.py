"""Which endpoint is asked next, whatever has happened to them."""

from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from graph.engine.remote.replicas import FAILURES, LATELY_SECONDS, LONGEST_SECONDS, Replicas
from graph.errors import EngineUnavailableError

URLS = ("http://a/", "http://b/", "http://c/")
url_of = st.sampled_from(URLS)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def replicas_with(clock: Clock, *failed: str) -> Replicas:
    """Return replicas of which some have failed as often as it takes."""
    replicas = Replicas(URLS, clock=clock)
    for url in failed:
        for _ in range(FAILURES):
            replicas.failed(url, f"{url} is ill")
    return replicas


def test_endpoints_are_asked_in_turn() -> None:
    replicas = replicas_with(Clock())

    orders = [replicas.order() for _ in range(3)]

    assert sorted(order[0] for order in orders) == sorted(URLS)
    assert all(sorted(order) == sorted(URLS) for order in orders)


def test_one_that_fails_often_is_left_alone_and_tried_by_one_caller_later() -> None:
    clock = Clock()
    replicas = replicas_with(clock, URLS[0])

    assert URLS[0] not in replicas.order()
    assert replicas.due() == ()
    clock.now += 1
    assert (replicas.due(), replicas.due()) == ((URLS[0],), ())


def test_it_is_left_alone_for_longer_each_time_up_to_a_limit() -> None:
    clock = Clock()
    replicas = replicas_with(clock, URLS[0])

    waits = []
    for _ in range(40):
        waits.append(replicas.states()[0].retry_seconds)
        replicas.failed(URLS[0], "again")

    assert waits[:4] == [1, 2, 4, 8]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_SECONDS


def test_when_all_are_left_alone_the_error_says_for_how_long_and_then_one_is_tried() -> None:
    clock = Clock(5.0)
    replicas = replicas_with(clock, *URLS)

    with pytest.raises(EngineUnavailableError, match="http://a/ is ill") as raised:
        replicas.order()
    clock.now += raised.value.retry_seconds

    assert raised.value.retry_seconds == 1
    assert set(replicas.order()) == set(URLS)
    with pytest.raises(EngineUnavailableError):
        replicas.order()


def test_one_that_has_not_answered_lately_is_in_doubt_where_there_are_others() -> None:
    clock = Clock()
    replicas, alone = replicas_with(clock), Replicas(URLS[:1], clock=clock)
    assert replicas.is_in_doubt(URLS[0])

    replicas.succeeded(URLS[0])
    clock.now += LATELY_SECONDS

    assert not replicas.is_in_doubt(URLS[0])
    assert not alone.is_in_doubt(URLS[0])
    clock.now += 1
    assert replicas.is_in_doubt(URLS[0])
    assert not replicas.is_in_doubt("http://other/")


def test_where_somebody_else_knows_better_those_that_failed_are_tried_last() -> None:
    replicas = Replicas(URLS, tries_anyway=True, clock=Clock())
    for _ in range(FAILURES):
        replicas.failed(URLS[0], "it is ill")

    orders = [replicas.order() for _ in range(3)]

    assert {order[-1] for order in orders} == {URLS[0]}
    assert {order[0] for order in orders} == set(URLS[1:])


def test_an_endpoint_that_is_none_of_them_changes_nothing() -> None:
    replicas = replicas_with(Clock())
    before = replicas.states()

    replicas.failed("http://other/", "ill")
    replicas.succeeded("http://other/")

    assert replicas.states() == before


class AnyStory(RuleBasedStateMachine):
    """Whatever happens: a good one is always asked first, and none is lost for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.replicas = Replicas(URLS, clock=self.clock)
        self.failures = dict.fromkeys(URLS, 0)

    @rule(url=url_of)
    def fail(self, url: str) -> None:
        self.replicas.failed(url, "ill")
        self.failures[url] += 1

    @rule(url=url_of)
    def succeed(self, url: str) -> None:
        self.replicas.succeeded(url)
        self.failures[url] = 0

    @rule(seconds=st.floats(min_value=0, max_value=60))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def ask(self) -> None:
        well = {url for url, count in self.failures.items() if count < FAILURES}
        if well:
            assert sorted(self.replicas.order()) == sorted(well)
        elif all(state.retry_seconds > 0 for state in self.replicas.states()):
            with pytest.raises(EngineUnavailableError) as raised:
                self.replicas.order()
            assert 0 < raised.value.retry_seconds <= LONGEST_SECONDS
        else:
            assert self.replicas.order()

    @rule()
    def look_after(self) -> None:
        assert all(self.failures[url] >= FAILURES for url in self.replicas.due())

    @rule()
    def wait_for_all(self) -> None:
        self.clock.now += LONGEST_SECONDS
        ill = {url for url, count in self.failures.items() if count >= FAILURES}
        assert set(self.replicas.due()) == ill

    @invariant()
    def states_say_what_is(self) -> None:
        for state in self.replicas.states():
            assert state.failures == self.failures[state.url]
            assert state.is_open_for_reads == (state.failures < FAILURES)
            assert 0 <= state.retry_seconds <= LONGEST_SECONDS
            assert bool(state.reason) == bool(state.failures)


TestAnyStory = AnyStory.TestCase
