"""Servers under measurement, each a process of its own on a free port of loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

# The others write no log of requests either.
SILENT = {"CLOUDINDEX_LOG": "off"}
EMPTY_SERVER = """
import sys, uvicorn
from fastapi import FastAPI, Response
content = sys.stdin.buffer.read()
app = FastAPI()
@app.get("/{path:path}")
async def read(path: str):
    return Response(content[:int(path)] if path.isdigit() else content, media_type="application/json")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


@contextmanager
def cloud_index(data: Path, state: Path, **environment: str) -> Iterator[int]:
    """Run the service on *data*; yield its port."""
    with cloud_index_process(data, state, **environment) as (port, _):
        yield port


@contextmanager
def cloud_index_process(data: Path, state: Path, **environment: str) -> Iterator[tuple[int, int]]:
    """Run the service on *data*; yield its port and its process id."""
    command = (sys.executable, "-m", "api.cli", "serve", "--port", "0", "--data", str(data), "--state", str(state))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **SILENT, **environment})
    assert process.stdout is not None
    try:
        for line in process.stdout:
            found = re.search(r"127\.0\.0\.1:(\d+)/sparql", line)
            if found:
                yield int(found[1]), process.pid
                break
        else:
            raise RuntimeError("the service did not start")
    finally:
        _end(process)


@contextmanager
def empty_fastapi(content: bytes) -> Iterator[int]:
    """Run a FastAPI service that does nothing but return *content*, or as much as the path says; yield its port."""
    port = _free_port()
    process = subprocess.Popen((sys.executable, "-c", EMPTY_SERVER, str(port)), stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(content)
    process.stdin.close()
    try:
        _wait_for(port)
        yield port
    finally:
        _end(process)


@contextmanager
def oxigraph(triples: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Load N-Triples into a store in *folder* and serve it with Oxigraph; yield its port and its process id."""
    program, port = Path(sys.executable).with_name("oxigraph"), _free_port()
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run((program, "load", "--location", folder, "--file", triples), check=True, **silent)
    yield from _served((program, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}"), port)


@contextmanager
def rdflib_endpoint(triples: Path) -> Iterator[tuple[int, int]]:
    """Serve N-Triples with rdflib-endpoint; yield its port and its process id."""
    program, port = Path(sys.executable).with_name("rdflib-endpoint"), _free_port()
    yield from _served((program, "serve", "--host", "127.0.0.1", "--port", str(port), triples), port)


def _served(command: Sequence[str | Path], port: int) -> Iterator[tuple[int, int]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def resident_share_bytes(pid: int) -> int:
    """Return the memory of a process and all below it: what is shared counts in parts (PSS)."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return (int(found[1]) << 10 if found else 0) + sum(resident_share_bytes(int(child)) for child in children)


def _wait_for(port: int) -> None:
    deadline = monotonic() + 120
    while monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError(f"nothing listens on port {port}")


def _end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
