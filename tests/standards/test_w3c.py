"""Standards, by the tests of those who made them: every failure is known, and has its reason."""

import pytest

from tests.standards.conftest import OutcomesOf
from tests.standards.suites import SUITES, Outcomes, read_known_failures

KNOWN = read_known_failures()
COUNTS = [pytest.param(name, category, id=category) for name, suite in SUITES.items() for category in suite.counts]
ALL = [pytest.param(name, id=name) for name in SUITES]


@pytest.fixture
def outcomes(name: str, outcomes_of: OutcomesOf) -> Outcomes:
    """What came of the suite."""
    return outcomes_of(name)


@pytest.mark.parametrize("name", ALL)
def test_every_failure_is_known(name: str, outcomes: Outcomes) -> None:
    assert outcomes.unlisted(KNOWN[name]) == {}, "a new failure; or a known one, for known_failures.yaml"


@pytest.mark.parametrize("name", ALL)
def test_no_known_failure_passes(name: str, outcomes: Outcomes) -> None:
    assert outcomes.outlived(KNOWN[name]) == [], "remove it from known_failures.yaml"


@pytest.mark.parametrize(("name", "category"), COUNTS)
def test_every_test_was_run(name: str, category: str, outcomes: Outcomes) -> None:
    total, _ = SUITES[name].counts[category]

    assert outcomes.count(category) == total


@pytest.mark.parametrize(("name", "category"), COUNTS)
def test_no_more_failures_are_known_than_is_promised(name: str, category: str) -> None:
    total, promised = SUITES[name].counts[category]

    known = [test for test in KNOWN[name] if test.startswith(category)]

    assert total - len(known) >= promised


@pytest.mark.parametrize("name", ALL)
def test_every_known_failure_has_its_reason(name: str) -> None:
    assert [test for test, reason in KNOWN[name].items() if not reason.endswith(".")] == []


# --- the list itself -------------------------------------------------------------------------


SEEN = Outcomes({"paths/passes": "", "paths/fails": "1 row instead of 2", "paths/fails-too": "HTTP 500"})


def test_a_failure_that_is_not_in_the_list_is_told_with_what_was_seen() -> None:
    assert SEEN.unlisted({"paths/fails": "for a reason."}) == {"paths/fails-too": "HTTP 500"}


def test_a_test_of_the_list_that_passes_is_told() -> None:
    assert SEEN.outlived({"paths/passes": "once.", "paths/fails": "for a reason."}) == ["paths/passes"]


def test_a_test_of_the_list_that_does_not_exist_is_told() -> None:
    assert SEEN.outlived({"paths/renamed": "once."}) == ["paths/renamed"]


def test_tests_are_counted_by_the_first_words_of_their_category() -> None:
    assert (SEEN.count("paths"), SEEN.count("protocol")) == (3, 0)
