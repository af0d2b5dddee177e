"""The disk: what is acknowledged is on it, and a full one harms nothing."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import running
from tests.durability.lives import DOCUMENT
from tests.tokens import create_token

MEBIBYTE = 1 << 20


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one document."""
    folder = tmp_path / "data"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "note.yaml").write_text(DOCUMENT, encoding="utf-8")
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 48 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)), capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("this system does not let us mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def put(client: httpx.Client, token: str, name: str, text: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/yaml"}
    return client.put(f"/api/documents/{name}", content=text, headers=headers)


def test_a_full_disk_fails_the_write_and_nothing_else(data: Path, small_disk: Path, tmp_path: Path) -> None:
    state = small_disk / "state"
    token = create_token(state, role="write", name="writer")
    with (
        running("--data", str(data), "--state", str(state), "--writes", cwd=tmp_path) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        assert put(client, token, "first", "entities: {first: {type: Client, name: First}}").status_code == 201
        filler = small_disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 60_000))

        failed = put(client, token, "second", "entities: {second: {type: Client, name: Second}}")

        assert failed.status_code >= 500
        assert failed.headers["content-type"] == "application/problem+json"
        assert client.get("/api/entities/first").status_code == 200
        assert client.get("/sparql", params={"query": "ASK { id:first a ci:Client }"}).json()["boolean"]
        assert client.get("/api/entities/second").status_code == 404
        filler.unlink()
        assert put(client, token, "second", "entities: {second: {type: Client, name: Second}}").status_code == 201
        assert client.get("/api/entities/second").status_code == 200
        assert not list((state / "generations").glob(".candidate-*"))


def test_a_full_disk_fails_the_exports_that_need_room_and_nothing_else(
    data: Path, small_disk: Path, tmp_path: Path
) -> None:
    """After a write an export needs files for what was touched, and one with its length is gathered on the disk."""
    state = small_disk / "state"
    many = ", ".join(f"e{number}: {{type: Client, name: Client {number}}}" for number in range(100))
    (data / "notes/many.yaml").write_text(f"entities: {{{many}}}", encoding="utf-8")
    token = create_token(state, role="write", name="writer")
    gathered = "/api/export/n-quads?complete=true"
    with (
        running("--data", str(data), "--state", str(state), "--writes", cwd=tmp_path) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        assert put(client, token, "first", "entities: {first: {type: Client, name: First}}").status_code == 201
        filler = small_disk / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small_disk).free))

        for path in ("/api/export/graphml", gathered):
            failed = client.get(path)
            assert failed.status_code >= 500
            assert failed.headers["content-type"] == "application/problem+json"
            assert "space" in failed.json()["detail"]

        assert client.get("/api/entities/first").status_code == 200
        filler.unlink()
        assert b"First" in client.get("/api/export/graphml").raise_for_status().content
        whole = client.get(gathered, headers={"Accept-Encoding": "identity"}).raise_for_status()
        assert int(whole.headers["Content-Length"]) == len(whole.content) > MEBIBYTE


def test_a_full_disk_ends_an_export_of_the_command_line_with_one_sentence(
    data: Path, small_disk: Path, tmp_path: Path
) -> None:
    options = ("--data", str(data), "--state", str(tmp_path / "state"))
    (small_disk / "filler").write_bytes(bytes(shutil.disk_usage(small_disk).free))

    for form in ("graphml", "turtle"):
        path = small_disk / f"graph.{form}"
        run = subprocess.run(
            (sys.executable, "-m", "api.cli", "export", form, "--output", str(path), *options),
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=120,
        )
        assert run.returncode != 0
        assert run.stderr.splitlines()[-1] == f"cloudindex: {path}: No space left on device."
        assert list(small_disk.iterdir()) == [small_disk / "filler"]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which sees the system calls")
def test_everything_is_synced_before_the_answer(data: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    token = create_token(state, role="write", name="writer")
    with (
        running("--data", str(data), "--state", str(state), "--writes", cwd=tmp_path) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        put(client, token, "first", "entities: {first: {type: Client, name: First}}")

        calls = traced(scribe_of(client), tmp_path, lambda: put(client, token, "second", DOCUMENT.replace("k", "c")))

    (generation,) = [call for call in calls if re.search(r"rename\(.*\.candidate-.*generations/\d{8}\"", call)]
    renamed = calls.index(generation)
    folder, final = re.findall(r'"([^"]+)"', generation)[:2]
    synced = {found[1] for call in calls[:renamed] if (found := re.search(r"fsync\(\d+<([^>]*)>\)", call))}
    answered = next(number for number, call in enumerate(calls) if number > renamed and "sendto(" in call)
    files = [path for path in Path(final).rglob("*") if path.name != "LOCK"]
    assert files
    assert [path for path in files if str(path).replace(final, folder) not in synced] == []
    assert folder in synced
    assert any("/texts/" in path for path in synced)
    after = [call for call in calls[renamed:answered] if "fsync(" in call]
    assert any(f"<{state}/generations>" in call for call in after)


def scribe_of(client: httpx.Client) -> int:
    """Return the id of the process that writes for the service of *client*."""
    port = str(client.base_url.port)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if b"graph.scribe" in (entry / "cmdline").read_bytes():
                parent = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
                if port in listening(int(parent)):
                    return int(entry.name)
        except OSError:
            continue
    raise AssertionError("there is no process that writes")


def listening(pid: int) -> set[str]:
    """Return the ports that a process listens on."""
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return {str(int(row[1].split(":")[1], 16)) for row in rows if f"socket:[{row[9]}]" in sockets and row[3] == "0A"}


def traced(pid: int, folder: Path, action: object) -> list[str]:
    """Return the system calls of a process while *action* is done, in their order, with the paths of files."""
    output = folder / "calls"
    command = (
        "strace",
        "-f",
        "-y",
        "-qq",
        "-e",
        "trace=fsync,fdatasync,rename,sendto",
        "-o",
        str(output),
        "-p",
        str(pid),
    )
    tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        assert callable(action)
        assert action().is_success
        time.sleep(0.3)
    finally:
        tracer.terminate()
        tracer.wait(timeout=10)
    return output.read_text(encoding="utf-8").splitlines()


def test_a_write_whose_process_is_killed_fails_alone(data: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    token = create_token(state, role="write", name="writer")
    with (
        running("--data", str(data), "--state", str(state), "--writes", cwd=tmp_path) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        put(client, token, "first", "entities: {first: {type: Client, name: First}}")
        scribe = scribe_of(client)
        large = "entities:\n" + "".join(f"  e{number}: {{type: Client, name: E{number}}}\n" for number in range(3000))
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(put, client, token, "large", large)
            time.sleep(0.5)
            os.kill(scribe, signal.SIGKILL)
            failed = writing.result()

        assert failed.status_code == 500
        assert failed.json()["code"] == "engine-failed"
        assert client.get("/api/entities/e1").status_code == 404
        assert put(client, token, "second", "entities: {second: {type: Client, name: Second}}").status_code == 201
        assert client.get("/api/entities/second").status_code == 200


def run(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = (sys.executable, "-m", "api.cli", *arguments)
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, timeout=120)


def test_a_full_disk_leaves_no_half_backup_and_restores_nothing_by_halves(
    data: Path, small_disk: Path, tmp_path: Path
) -> None:
    state, backup = ("--state", str(tmp_path / "state")), tmp_path / "backup.tar"
    run("build", "--data", str(data), *state, cwd=tmp_path)
    assert run("backup", str(backup), *state, cwd=tmp_path).returncode == 0
    filler = small_disk / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(small_disk).free - 500_000))

    made = run("backup", str(small_disk / "backup.tar"), *state, cwd=tmp_path)
    restored = run("restore", str(backup), "--state", str(small_disk / "state"), cwd=tmp_path)

    assert (made.returncode, restored.returncode) == (2, 2)
    assert made.stderr.endswith("backup.tar cannot be written, and is not there: No space left on device.\n")
    assert "/state: cannot be written: No space left on device" in restored.stderr
    assert list(small_disk.iterdir()) == [filler]
