"""Entity look-ups over REST against an empty FastAPI endpoint that returns as many bytes."""

import tempfile
from pathlib import Path

import httpx

from benchmarks.http_load import Load, run_load, zipf
from benchmarks.servers import cloud_index, empty_fastapi
from benchmarks.table import Row

ROOT = Path(__file__).parent.parent
REQUESTS = 10_000


def measure() -> list[Row]:
    """Return requests a second, warm and at first touch, each against the empty endpoint."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        with cloud_index(ROOT / "data", state) as port:
            slugs = _slugs(port)
            content = httpx.get(f"http://127.0.0.1:{port}/api/entities/{slugs[0]}").content
        paths = [f"/api/entities/{slug}" for slug in slugs]
        asked = zipf(paths, REQUESTS)
        rows = []
        with empty_fastapi(content) as empty, cloud_index(ROOT / "data", state) as ours:
            first = run_load(ours, paths, connections=1)
            rows.append(_row("first touch of each entity, 1 connection", first, run_load(empty, paths, connections=1)))
            for connections in (1, 8):
                yardstick = run_load(empty, asked, connections=connections)
                warm = run_load(ours, asked, connections=connections)
                rows.append(_row(f"warm, drawn by Zipf, {connections} connections", warm, yardstick))
    return rows


def _row(what: str, measured: Load, yardstick: Load) -> Row:
    ratio = measured.requests_per_second / yardstick.requests_per_second
    latency = f"p50 {measured.p50_milliseconds:.2f} ms, p99 {measured.p99_milliseconds:.2f} ms"
    return Row(f"{what} ({latency})", measured.requests_per_second, ratio, "requests/s")


def _slugs(port: int) -> list[str]:
    page = httpx.get(f"http://127.0.0.1:{port}/api/entities", params={"limit": 1000}).raise_for_status().json()
    return [item["slug"] for item in page["items"]]
