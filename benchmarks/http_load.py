"""A load of GET requests over connections that stay open, without a client library in the way."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Load:
    """What a load measured: requests a second, and milliseconds at the 50th and 99th percentile."""

    requests_per_second: float
    p50_milliseconds: float
    p99_milliseconds: float


def zipf(paths: Sequence[str], count: int, *, seed: int = 1) -> list[str]:
    """Return *count* of *paths*, the first ones most often, as people ask."""
    weights = [1 / rank for rank in range(1, len(paths) + 1)]
    return random.Random(seed).choices(paths, weights, k=count)  # noqa: S311  # no secret depends on it


def run_load(port: int, paths: Sequence[str], *, connections: int, accept: str = "*/*") -> Load:
    """Ask for *paths* once each, over *connections* at the same time; each asks again once it has its answer.

    Raises:
        RuntimeError: An answer was not 200.
    """
    return asyncio.run(_load(port, paths, connections, accept))


async def _load(port: int, paths: Sequence[str], connections: int, accept: str) -> Load:
    waiting = iter(paths)
    milliseconds: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in waiting:
            started = perf_counter()
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path}: {head.decode('latin-1')}")
            await _read_body(reader, head.lower())
            milliseconds.append((perf_counter() - started) * 1000)
        writer.close()

    started = perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    seconds = perf_counter() - started
    percentiles = quantiles(milliseconds, n=100)
    return Load(len(milliseconds) / seconds, percentiles[49], percentiles[98])


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read a body to its end, be it announced by its length or sent in chunks."""
    if b"\r\ntransfer-encoding: chunked" in head:
        while chunk_bytes := int(await reader.readline(), 16):
            await reader.readexactly(chunk_bytes + 2)
        await reader.readline()
        return
    for line in head.split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.partition(b":")[2]))
            return
    raise RuntimeError("an answer without Content-Length")
