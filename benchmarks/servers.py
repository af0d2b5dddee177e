"""Servers under measurement, each a process of its own on a free port of loopback."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

EMPTY_SERVER = """
import sys, uvicorn
from fastapi import FastAPI, Response
content = sys.stdin.buffer.read()
app = FastAPI()
@app.get("/{path:path}")
async def read(path: str):
    return Response(content, media_type="application/json")
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


@contextmanager
def cloud_index(data: Path, state: Path, **environment: str) -> Iterator[int]:
    """Run the service on *data*; yield its port."""
    command = (sys.executable, "-m", "api.cli", "serve", "--port", "0", "--data", str(data), "--state", str(state))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    assert process.stdout is not None
    try:
        for line in process.stdout:
            found = re.search(r"127\.0\.0\.1:(\d+)/sparql", line)
            if found:
                yield int(found[1])
                break
        else:
            raise RuntimeError("the service did not start")
    finally:
        _end(process)


@contextmanager
def empty_fastapi(content: bytes) -> Iterator[int]:
    """Run a FastAPI service that does nothing but return *content*; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen((sys.executable, "-c", EMPTY_SERVER, str(port)), stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(content)
    process.stdin.close()
    try:
        _wait_for(port)
        yield port
    finally:
        _end(process)


def _wait_for(port: int) -> None:
    deadline = monotonic() + 20
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
