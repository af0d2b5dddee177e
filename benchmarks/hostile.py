"""Ten queries that would take a service down, all at once, while others look things up.

The tests attack with the same load, and see to it that nothing fails; how much the others feel is measured here.
"""

import asyncio
import tempfile
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import sleep
from typing import Final

import httpx

from benchmarks.servers import cloud_index_process, resident_share_bytes
from benchmarks.table import Row

DATA: Final = Path(__file__).resolve().parent.parent / "data"
ATTACK_SECONDS: Final = 60

LIMIT_SECONDS = 3.0
# How much later than its limit a query may end, from the moment it was sent on a machine that others share too.
GRACE_SECONDS = 1.0
CLIENTS = 8
REQUESTS_A_SECOND = 10
SLUGS = ("kubespray", "ansible", "rook", "ceph", "kubernetes", "ovhcloud", "openstack", "docker", "chef", "kops")
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?c",
    "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (GROUP_CONCAT(?c) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (COUNT(*) AS ?n) { ?a (!a|^(!a))* ?b . ?c (!a|^(!a))* ?d . ?e (!a|^(!a))* ?f }",
    "SELECT (COUNT(*) AS ?n) { VALUES ?a { MANY } VALUES ?b { MANY } VALUES ?c { MANY } VALUES ?d { MANY } }",
    "CONSTRUCT { ?a ?e ?i . ?d ?h ?c . ?g ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    'SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f), STR(?a)), "(.*)*(x+x+)+y")) }',
    "SELECT (SUM(STRLEN(CONCAT(STR(?a), STR(?f)))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONCAT(STR(?c), STR(?f)) = CONCAT(STR(?i), STR(?h), STR(?g))) }",
)
ALLOWED = {"query-timeout", "query-memory", "busy"}


@dataclass(slots=True)
class Seen:
    """What clients have seen: how long look-ups and small queries took, from when they were due, and what failed."""

    look_ups: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    late_or_wrong: list[str] = field(default_factory=list)
    attacks: int = 0


async def look_up(address: str, number: int, seen: Seen, end: float) -> None:
    """Look things up at a fixed rate, whether or not the last answer has come."""
    clock = asyncio.get_running_loop().time
    tasks = set()
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:

        async def one(turn: int, due: float) -> None:
            slug = SLUGS[turn % len(SLUGS)]
            try:
                answer = await client.get(f"/api/entities/{slug}")
                seen.look_ups.append(clock() - due)
                if answer.status_code != 200:
                    seen.failed.append(f"{slug}: {answer.status_code}")
            except httpx.HTTPError as error:
                seen.failed.append(f"{slug}: {error!r}")

        for turn in count(number):
            due = clock()
            if due > end:
                break
            task = asyncio.create_task(one(turn, due))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            await asyncio.sleep(1 / REQUESTS_A_SECOND)
        await asyncio.gather(*tasks)


async def ask(address: str, seen: Seen, end: float) -> None:
    """Ask small queries, one after the other; they wait for their turn behind the hostile ones."""
    clock = asyncio.get_running_loop().time
    async with httpx.AsyncClient(base_url=address, timeout=120) as client:
        for turn in count():
            if clock() > end:
                return
            began = clock()
            text = f"SELECT ?n {{ id:{SLUGS[turn % len(SLUGS)]} schema:name ?n }} # {turn}"
            answer = await client.get("/sparql", params={"query": text})
            seen.queries.append(clock() - began)
            if answer.status_code not in (200, 503):
                seen.failed.append(f"a small query: {answer.status_code}")
            await asyncio.sleep(0.2)


async def attack(address: str, text: str, seen: Seen, end: float) -> None:
    """Ask one hostile query again and again."""
    clock = asyncio.get_running_loop().time
    many = " ".join(str(number) for number in range(300))
    async with httpx.AsyncClient(base_url=address, timeout=300) as client:
        while clock() < end:
            began = clock()
            try:
                answer = await client.post("/sparql", data={"query": text.replace("MANY", many)})
            except httpx.HTTPError:
                seen.attacks += 1  # it had begun to answer, and was cut off
                continue
            seen.attacks += 1
            code = answer.json().get("code") if answer.status_code != 200 else "200"
            took = clock() - began
            # Whoever waits has at most the others before them, each for its limit.
            longest = (len(HOSTILE) + CLIENTS) * (LIMIT_SECONDS + GRACE_SECONDS) / 2
            if code not in ALLOWED or took > longest:
                seen.late_or_wrong.append(f"{text[:60]}: {code} after {took:.1f} s")


async def phase(address: str, seconds: float, *, is_attacked: bool) -> Seen:
    seen = Seen()
    end = asyncio.get_running_loop().time() + seconds
    work = [look_up(address, number, seen, end) for number in range(CLIENTS)]
    work.append(ask(address, seen, end))
    if is_attacked:
        work += [attack(address, text, seen, end) for text in HOSTILE]
    await asyncio.gather(*work)
    return seen


def p99(times: list[float]) -> float:
    return quantiles(times, n=100)[98]


def measure(seconds: int = ATTACK_SECONDS) -> list[Row]:
    """Return how late look-ups come and how much memory there is, attacked for *seconds*, against the quiet before."""
    limits = {"CLOUDINDEX_QUERY_SECONDS": str(LIMIT_SECONDS), "CLOUDINDEX_QUERY_MEMORY_MIB": "512"}
    with (
        tempfile.TemporaryDirectory() as folder,
        cloud_index_process(DATA, Path(folder), **limits) as (port, pid),
    ):
        address = f"http://127.0.0.1:{port}"
        asyncio.run(phase(address, 3, is_attacked=False))  # everything is warm
        quiet = asyncio.run(phase(address, seconds / 2, is_attacked=False))
        quiet_bytes = resident_share_bytes(pid)
        attacked = asyncio.run(phase(address, seconds, is_attacked=True))
        sleep(LIMIT_SECONDS + 2)
        attacked_bytes = resident_share_bytes(pid)
    failed = len(attacked.failed) + len(attacked.late_or_wrong)
    return [
        Row(f"{what} ({attacked.attacks} attacks, {failed} failed)", 1000 * after, after / before, "ms", promised)
        for what, before, after, promised in (
            ("look-ups while attacked, p50", median(quiet.look_ups), median(attacked.look_ups), ""),
            ("look-ups while attacked, p99", p99(quiet.look_ups), p99(attacked.look_ups), "≤ 2 × quiet, none fails"),
            ("small queries while attacked, p50", median(quiet.queries), median(attacked.queries), ""),
        )
    ] + [Row("memory after the attack", attacked_bytes / (1 << 20), attacked_bytes / quiet_bytes, "MiB")]
