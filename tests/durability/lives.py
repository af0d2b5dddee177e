"""A service that is killed again and again while someone writes, and what must hold after each of its lives."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.conftest import address_of
from tests.tokens import create_token

DOCUMENT = "entities:\n  kops: {type: ClusterInstaller, name: kOps}\n"
PAIRS = "SELECT ?one ?other { GRAPH document:log { ?one ci:pairedWith ?other } }"
LONGEST_WAIT_SECONDS = 5.0


@dataclass(slots=True)
class Lives:
    """A state folder, the lives that a service has on it, and what its writer was told.

    Attributes:
        acknowledged: The numbers of the pairs whose write was answered.
        sent: The last number that was sent.
        killed_inside: How many lives ended while a candidate was being made.
    """

    folder: Path
    chance: random.Random
    acknowledged: set[int] = field(default_factory=set)
    sent: int = 0
    killed_inside: int = 0
    token: str = ""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    def prepare(self) -> None:
        """Make the folders and a token."""
        (self.folder / "data" / "notes").mkdir(parents=True)
        (self.folder / "data" / "notes" / "note.yaml").write_text(DOCUMENT, encoding="utf-8")
        self.token = create_token(self.folder / "state", role="write", name="writer")

    def live(self, *, is_inside: bool) -> None:
        """Start the service, check what it serves, write, and kill it: inside a publication, or at any time."""
        process = self.start()
        try:
            address = address_of(process)
            self.check(address)
            writer = threading.Thread(target=self._write, args=(address,), daemon=True)
            writer.start()
            self._wait(is_inside=is_inside)
            self.killed_inside += self._is_publishing()
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        writer.join(timeout=10)

    def start(self) -> "subprocess.Popen[str]":
        """Start the service as a person does."""
        command = ("-m", "api.cli", "serve", "--port", "0", "--writes", "--data", "data", "--state", "state")
        environment = {**os.environ, "LIFE": self.mark, "CLOUDINDEX_LOG": "off"}
        return subprocess.Popen(
            (sys.executable, *command),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
            env=environment,
        )

    def check(self, address: str) -> None:
        """See that all that was acknowledged is there, and nothing half."""
        answer = httpx.get(f"{address}/sparql", params={"query": PAIRS}, timeout=30)
        assert answer.status_code == 200, answer.text
        found = {
            (row["one"]["value"].rsplit("/", 1)[-1], row["other"]["value"].rsplit("/", 1)[-1])
            for row in answer.json()["results"]["bindings"]
        }
        whole = {int(one[1:]) for one, other in found if (other, one) in found and one.startswith("a")}
        assert len(found) == 2 * len(whole), "half a write is served"
        assert self.acknowledged <= whole, "what was acknowledged is not there"
        assert max(whole, default=0) <= self.sent

    def processes(self) -> list[int]:
        """Return the ids of the processes of these lives that still run."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                if f"LIFE={self.mark}".encode() in (entry / "environ").read_bytes() and state != "Z":
                    found.append(int(entry.name))
        return found

    def _write(self, address: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/sparql-update"}
        with httpx.Client(timeout=30) as client, suppress(httpx.HTTPError):
            while True:
                self.sent += 1
                number = self.sent
                pair = f"id:a{number} ci:pairedWith id:b{number} . id:b{number} ci:pairedWith id:a{number}"
                text = f"INSERT DATA {{ GRAPH document:log {{ {pair} }} }}"
                answer = client.post(f"{address}/update", content=text, headers=headers)
                if answer.is_success:
                    self.acknowledged.add(number)

    def _wait(self, *, is_inside: bool) -> None:
        if not is_inside:
            time.sleep(self.chance.uniform(0, 0.5))
            return
        latest = time.monotonic() + LONGEST_WAIT_SECONDS
        wanted = len(self.acknowledged) + self.chance.randrange(3)
        while len(self.acknowledged) < wanted and time.monotonic() < latest:
            time.sleep(0.001)
        while not self._is_publishing() and time.monotonic() < latest:
            time.sleep(0.001)
        time.sleep(self.chance.uniform(0, 0.08))

    def _is_publishing(self) -> bool:
        return any((self.folder / "state" / "generations").glob(".candidate-*"))


def end(process: "subprocess.Popen[str]") -> None:
    """End a service as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    if process.stdout is not None:
        process.stdout.close()
