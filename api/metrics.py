"""``/metrics``: what the service does, in numbers, as Prometheus reads them."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.datastructures import State

from api.cache import Cache
from api.observation import Exchange
from graph.engine.pool import Tally
from graph.engine.remote.configuration import shown
from graph.index import Index

router = APIRouter(tags=["health"])
METHODS: Final = frozenset(("GET", "HEAD", "POST", "QUERY", "PUT", "DELETE", "PATCH", "OPTIONS"))
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
OTHER: Final = "other"


@dataclass(slots=True)
class _Course:
    """How long the requests for one route took: as many as in each bucket of `SECONDS`, and the sum."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class Metrics:
    """The numbers of one service; each has a registry of its own, so that two may live in one process.

    The numbers of requests are kept as plain ones and put into form when they are asked for: the library's own
    counters take a lock for each step.

    Attributes:
        state: Where the service keeps its index, its cache and the tally of its workers.
        template_of: Gives the template of a path, since raw paths would be numbers without end.
    """

    state: State
    template_of: Callable[[str], str]
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: dict[tuple[str, str, int], int] = field(default_factory=dict)
    courses: dict[str, _Course] = field(default_factory=dict)
    aborted: dict[tuple[str, str], int] = field(default_factory=dict)
    in_progress: int = 0

    def __post_init__(self) -> None:
        self.registry.register(_Requests(self))
        self.registry.register(_Levels(self.state))
        ProcessCollector(registry=self.registry)

    def begun(self, _exchange: Exchange) -> None:
        """Count a request in."""
        self.in_progress += 1

    def ended(self, exchange: Exchange) -> None:
        """Count it out, by its route and its status."""
        self.in_progress -= 1
        route = self.template_of(exchange.path)
        key = (exchange.method if exchange.method in METHODS else OTHER, route, exchange.status)
        self.requests[key] = self.requests.get(key, 0) + 1
        course = self.courses.get(route)
        if course is None:
            course = self.courses[route] = _Course()
        course.buckets[bisect_left(SECONDS, exchange.seconds)] += 1
        course.seconds += exchange.seconds
        if exchange.aborted:
            reason = (route, exchange.aborted)
            self.aborted[reason] = self.aborted.get(reason, 0) + 1


class _Requests(Collector):
    """What became of the requests so far."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of requests, their times, and of those under way or aborted."""
        requests = CounterMetricFamily(
            "cloudindex_http_requests",
            "Requests; those of status 0 got no answer.",
            labels=("method", "route", "status"),
        )
        for (method, route, status), count in self._metrics.requests.items():
            requests.add_metric((method, route, str(status)), count)
        yield requests
        seconds = HistogramMetricFamily(
            "cloudindex_http_request_seconds",
            "From the head of a request to the end of its answer.",
            labels=("route",),
        )
        limits = (*map(floatToGoString, SECONDS), "+Inf")
        for route, course in self._metrics.courses.items():
            buckets = list(zip(limits, accumulate(course.buckets), strict=True))
            seconds.add_metric((route,), buckets, course.seconds)
        yield seconds
        aborted = CounterMetricFamily(
            "cloudindex_http_answers_aborted", "Answers that were not whole.", labels=("route", "reason")
        )
        for reason, count in self._metrics.aborted.items():
            aborted.add_metric(reason, count)
        yield aborted
        yield GaugeMetricFamily(
            "cloudindex_http_requests_in_progress", "Requests under way.", value=self._metrics.in_progress
        )


class _Levels(Collector):
    """What is so at the moment of asking."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Yield the numbers of the workers, of the cache and of the generation."""
        tally: Tally = self._state.tally
        cache: Cache = self._state.cache
        index: Index = self._state.index
        manifest = index.generation.manifest
        for name, text, value in (
            ("queries_waiting", "Queries that wait for a worker.", tally.waiting),
            ("queries_running", "Queries that a worker has.", tally.running),
            ("workers_alive", "Worker processes, idle ones included.", tally.alive),
            ("cache_bytes", "Answers kept, in bytes.", cache.held_bytes),
            ("generation_id", "The generation that is served.", manifest.id),
            ("generation_published_timestamp_seconds", "When it was published.", manifest.published.timestamp()),
            ("generation_stated_triples", "The triples that its documents state.", manifest.triple_count),
        ):
            yield GaugeMetricFamily(f"cloudindex_{name}", text, value=value)
        for name, text, value in (
            ("cache_hits", "Answers given from the cache.", cache.hits),
            ("cache_misses", "Answers looked for in the cache in vain.", cache.misses),
        ):
            yield CounterMetricFamily(f"cloudindex_{name}", text, value=value)
        if self._state.following is not None:
            states = self._state.following.home.client.replicas.states()
            answering = GaugeMetricFamily(
                "cloudindex_server_endpoint_up",
                "Whether a query endpoint of the server that holds the graph answers.",
                labels=("endpoint",),
            )
            for state in states:
                answering.add_metric((shown(state.url),), state.is_open_for_reads)
            yield answering
        ended = CounterMetricFamily("cloudindex_workers_ended", "Workers that ended, by reason.", labels=("reason",))
        for reason, count in tally.ended.items():
            ended.add_metric((reason,), count)
        yield ended


@router.get("/metrics", summary="What the service does, in numbers", response_class=Response)
async def read_metrics(request: Request) -> Response:
    """Counters, levels and latencies, as text for Prometheus."""
    metrics: Metrics = request.app.state.metrics
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(metrics.registry), headers={"Content-Type": media_type, "Cache-Control": "no-store"})
