"""Which endpoint is asked next: in turn, and not those that have failed lately.

A state machine without input or output; its clock is given to it.  An endpoint that fails several times in a row is
left alone for a while, which grows with every further failure; then one request may try it.  One that has been quiet
for long is in doubt: it may take requests and say nothing.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final, NoReturn

from graph.errors import EngineUnavailableError

FAILURES: Final = 3
FIRST_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 30.0
# Whoever has not answered for so long may be silent by now.
LATELY_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class State:
    """How an endpoint is.

    Attributes:
        is_open_for_reads: Whether it is asked.
        failures: How often in a row it has failed.
        reason: Why it failed last; empty where it did not.
        retry_seconds: After how long it is tried again, where it is not asked now.
    """

    url: str
    is_open_for_reads: bool
    failures: int = 0
    reason: str = ""
    retry_seconds: float = 0.0


@dataclass(slots=True)
class _Endpoint:
    url: str
    failures: int = 0
    reason: str = ""
    closed_until: float = -math.inf
    heard: float = -math.inf

    def is_well(self) -> bool:
        return self.failures < FAILURES

    def is_due(self, now: float) -> bool:
        return not self.is_well() and now >= self.closed_until

    def rest(self, now: float) -> float:
        """Return for how many seconds more it is left alone."""
        return 0.0 if self.is_well() else min(LONGEST_SECONDS, max(0.0, self.closed_until - now))


class Replicas:
    """The query endpoints of a server.  Threads may share it."""

    def __init__(
        self,
        urls: Sequence[str],
        *,
        first: int = 0,
        tries_anyway: bool = False,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Begin with the one at position *first*.

        Args:
            tries_anyway: Whether those that are not well are tried behind the others, because somebody else knows
                better how they are.
            clock: Gives seconds, and never goes back.
        """
        self._tries_anyway = tries_anyway
        self._endpoints = {url: _Endpoint(url) for url in urls}
        self._turn = first
        self._clock = clock
        self._lock = Lock()

    def order(self) -> tuple[str, ...]:
        """Return the endpoints to be tried now, in turn: those that are well, or else those that may be tried again.

        Where all are tried anyway, the others stand behind those that are well.  Else one that may be tried again is
        given to one caller alone, until there has been time for its outcome.

        Raises:
            EngineUnavailableError: There is none.
        """
        with self._lock:
            now = self._clock()
            well = [one.url for one in self._endpoints.values() if one.is_well()]
            ill = [one.url for one in self._endpoints.values() if not one.is_well()] if self._tries_anyway else []
            self._turn += 1
            if not well and not ill:
                return self._due(now) or self._nobody(now)
            return (*_turned(well, self._turn), *_turned(ill, self._turn))

    def due(self) -> tuple[str, ...]:
        """Return the endpoints that have failed and may be tried again; each is given to one caller alone."""
        with self._lock:
            return self._due(self._clock())

    def is_in_doubt(self, url: str) -> bool:
        """Return whether an endpoint has not answered lately, while there are others that could be asked."""
        with self._lock:
            endpoint = self._endpoints.get(url)
            quiet = self._clock() - endpoint.heard if endpoint is not None else 0.0
            return len(self._endpoints) > 1 and quiet > LATELY_SECONDS

    def check(self) -> None:
        """Do nothing while one is well.

        Raises:
            EngineUnavailableError: None is.
        """
        with self._lock:
            if not any(one.is_well() for one in self._endpoints.values()):
                self._nobody(self._clock())

    def succeeded(self, url: str) -> None:
        """Note that an endpoint gave an answer."""
        with self._lock:
            endpoint = self._endpoints.get(url)
            if endpoint is not None:
                endpoint.failures, endpoint.reason, endpoint.closed_until = 0, "", -math.inf
                endpoint.heard = self._clock()

    def failed(self, url: str, reason: str) -> None:
        """Note that an endpoint gave no answer."""
        with self._lock:
            endpoint = self._endpoints.get(url)
            if endpoint is not None:
                endpoint.failures += 1
                endpoint.reason = reason
                if not endpoint.is_well():
                    endpoint.closed_until = self._clock() + _pause(endpoint.failures)

    def states(self) -> tuple[State, ...]:
        """Return how the endpoints are, in the order that they were named in."""
        with self._lock:
            now = self._clock()
            return tuple(
                State(
                    one.url,
                    is_open_for_reads=one.is_well(),
                    failures=one.failures,
                    reason=one.reason,
                    retry_seconds=one.rest(now),
                )
                for one in self._endpoints.values()
            )

    def _due(self, now: float) -> tuple[str, ...]:
        found = [one for one in self._endpoints.values() if one.is_due(now)]
        for one in found:
            one.closed_until = now + _pause(one.failures)
        return tuple(one.url for one in found)

    def _nobody(self, now: float) -> NoReturn:
        soonest = min(self._endpoints.values(), key=lambda one: one.closed_until)
        raise EngineUnavailableError(soonest.reason, retry_seconds=soonest.rest(now))


def _turned(urls: Sequence[str], turn: int) -> Sequence[str]:
    """Return the same, begun at another place."""
    start = turn % len(urls) if urls else 0
    return (*urls[start:], *urls[:start])


def _pause(failures: int) -> float:
    """Return how many seconds an endpoint is left alone after so many failures in a row."""
    return float(min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(failures - FAILURES, 16)))
