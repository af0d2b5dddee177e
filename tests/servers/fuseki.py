"""Apache Jena Fuseki: one jar, fetched by the Makefile with Maven."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.servers.running import INSTALLED, Login, Server, free_port

JAR: Final = INSTALLED / "jena-fuseki-server.jar"
CLASSES: Final = INSTALLED / "fuseki.jsa"
JAVA: Final = shutil.which("java")
# A short life on few cores: no second compiler, no threads that collect garbage, its classes as an image of memory.
FLAGS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
MAIN: Final = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"


def absent_because() -> str | None:
    """Return why it cannot run here."""
    if JAVA is None:
        return "java is not installed"
    return None if JAR.exists() else "Fuseki is not installed; `make test` does it where Maven is"


def serving(
    folder: Path,
    *,
    on_disk: bool = True,
    timeout_ms: int | None = None,
    password: str | None = None,
    memory: str = "512m",
    flags: Sequence[str] = FLAGS,
) -> Server:
    """Return a Fuseki that is about to start: a context manager.

    Args:
        folder: Where all of it lies; it need not exist.
        on_disk: Whether its dataset is TDB2 in *folder*, and survives a crash; otherwise one in memory, which keeps
            literals as they were written.
        timeout_ms: How long a query may take, in milliseconds.
        password: That of the user ``cloudindex``, without which nothing is answered.
        memory: The limit of its heap, as Java has it.
        flags: What else Java is told; without any it takes its time to become as quick as it can.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--localhost", f"--port={port}", "--update", "--ping", "--gzip=on"]
    if timeout_ms is not None:
        options.append(f"--timeout={timeout_ms}")
    if password is not None:
        (folder / "passwd").write_text(f"cloudindex: {password}\n", encoding="utf-8")
        options += ["--passwd=passwd", "--auth=basic"]
    if on_disk:
        (folder / "dataset").mkdir(exist_ok=True)
        options += ["--tdb2", "--loc=dataset"]
    else:
        options.append("--mem")
    archive = f"-XX:SharedArchiveFile={CLASSES}" if CLASSES.exists() else "-Xshare:auto"
    command: tuple[str | Path, ...] = (
        JAVA or "java",
        *flags,
        f"-Xmx{memory}",
        archive,
        "-cp",
        JAR,
        MAIN,
        *options,
        "/ds",
    )
    return _server(folder, port, command, None if password is None else Login("cloudindex", password, "basic"))


def prepare() -> None:
    """Write its classes, as they are after a start and a query, to a file that makes the next start twice as quick."""
    unfinished = CLASSES.with_suffix(".unfinished")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        options = (f"-XX:ArchiveClassesAtExit={unfinished}", "-cp", JAR, MAIN, "--localhost", f"--port={port}")
        command = (JAVA or "java", *FLAGS, *options, "--mem", "--update", "/ds")
        with _server(Path(folder), port, command, None):
            pass
    if unfinished.exists():  # on a busy machine it was ended before it had written them, and starts are slower
        unfinished.replace(CLASSES)


def _server(folder: Path, port: int, command: Sequence[str | Path], login: Login | None) -> Server:
    return Server(
        "fuseki",
        port,
        command,
        folder,
        query="/ds/query",
        update="/ds/update",
        graph_store="/ds/data",
        login=login,
    )
