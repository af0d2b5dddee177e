"""A server as a process: started, waited for, killed, started again at the same address, ended."""

import os
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import httpx

ROOT: Final = Path(__file__).parent.parent.parent
INSTALLED: Final = ROOT / ".venv/servers"
START_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True)
class Login:
    """Who may write, and how the server wants to hear it: ``basic``, ``digest`` or ``bearer``."""

    user: str
    password: str
    scheme: str


class Server:
    """A server that was told where to listen.

    Attributes:
        query, update, graph_store: The addresses of its three protocols; without a login only reading may be allowed.
        login: Who may write; nobody needs a login where it is None.
    """

    def __init__(
        self,
        kind: str,
        port: int,
        command: Sequence[str | Path],
        folder: Path,
        *,
        query: str,
        update: str,
        graph_store: str,
        login: Login | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.port = port
        self.base = f"http://127.0.0.1:{port}"
        self.query, self.update, self.graph_store = (self.base + path for path in (query, update, graph_store))
        self.login = login
        self._command = command
        self._folder = folder
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of its process."""
        assert self._process is not None, "the server does not run"
        return self._process.pid

    @property
    def log(self) -> Path:
        """What it has written on its outputs."""
        return self._folder / "output.log"

    @property
    def auth(self) -> httpx.Auth | None:
        """Its login for httpx."""
        return None if self.login is None else authentication(self.login)

    def start(self) -> "Server":
        """Start it, and return when it answers a query."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=self._folder, stdout=log, stderr=log, env={**os.environ, **self._environment}
            )
        deadline = monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self.kind} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            sleep(0.02)
        return self

    def kill(self) -> None:
        """End it as a crash would; open connections break."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """End it as its keeper would."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Stop it where it is: it accepts connections, and says nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.end()

    def _answers(self) -> bool:
        try:
            parameters = {"query": "ASK {}"}
            return httpx.get(self.query, params=parameters, auth=self.auth, timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(number)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as httpx has it
        request.headers["Authorization"] = self._header
        yield request


def authentication(login: Login) -> httpx.Auth:
    """Return *login* as httpx wants it."""
    if login.scheme == "bearer":
        return _Bearer(login.password)
    kind = httpx.DigestAuth if login.scheme == "digest" else httpx.BasicAuth
    return kind(login.user, login.password)


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
