"""Entity look-ups over REST against an empty FastAPI endpoint that returns as many bytes."""

import random
import tempfile
from pathlib import Path

import httpx

from benchmarks.http_load import Load, run_load, zipf
from benchmarks.landscape import slug, write_landscape
from benchmarks.servers import cloud_index, empty_fastapi
from benchmarks.table import Row

ENTITIES = 10_000
REQUESTS = 20_000


def measure(entities: int = ENTITIES) -> list[Row]:
    """Return requests a second, warm and at first touch, each against the empty endpoint."""
    with tempfile.TemporaryDirectory() as folder:
        data, state = Path(folder) / "data", Path(folder) / "state"
        write_landscape(data, entities=entities)
        paths = [f"/api/entities/{slug(number)}" for number in range(entities)]
        random.Random(1).shuffle(paths)  # noqa: S311  # no secret depends on it
        asked = zipf(paths, REQUESTS)
        rows = []
        with cloud_index(data, state) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            sizes = {path: len(client.get(path).content) for path in paths}
        with empty_fastapi(b" " * max(sizes.values())) as empty, cloud_index(data, state) as ours:
            httpx.get(f"http://127.0.0.1:{ours}/api/types")  # all that is opened once is open
            some = paths[::2]
            first = run_load(ours, some, connections=1)
            yardstick = run_load(empty, [f"/{sizes[path]}" for path in some], connections=1)
            rows.append(
                _row(f"first touch of each of {len(some):,} entities, 1 connection", first, yardstick, "≥ 0.25 ×")
            )
            for connections in (1, 16):
                yardstick = run_load(empty, [f"/{sizes[path]}" for path in asked], connections=connections)
                run_load(ours, asked, connections=connections)
                warm = run_load(ours, asked, connections=connections)
                rows.append(_row(f"warm, drawn by Zipf, {connections} connections", warm, yardstick, "≥ 0.7 ×"))
    return rows


def _row(what: str, measured: Load, yardstick: Load, promised: str) -> Row:
    ratio = measured.requests_per_second / yardstick.requests_per_second
    latency = f"p50 {measured.p50_milliseconds:.2f} ms, p99 {measured.p99_milliseconds:.2f} ms"
    return Row(f"{what} ({latency})", measured.requests_per_second, ratio, "requests/s", promised)
