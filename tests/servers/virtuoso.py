"""Virtuoso 7: a package of Debian, with a database of its own for each server."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from tests.servers.running import INSTALLED, Login, Server, free_port

PROGRAM: Final = shutil.which("virtuoso-t")
CONSOLE: Final = shutil.which("isql-vt") or shutil.which("isql")
EMPTY: Final = INSTALLED / "virtuoso"
PASSWORD: Final = "secret"
# Of 8 KiB each.
FEW_BUFFERS: Final = 20_000
PERMISSIONS: Final = """\
DB.DBA.USER_CREATE('cloudindex', 'secret');
GRANT SPARQL_UPDATE TO "cloudindex";
GRANT SPARQL_SELECT TO "cloudindex";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET('cloudindex', 7);
DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 1);
CHECKPOINT;
"""
CONFIGURATION: Final = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
Striping = 0
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
Striping = 0

[Parameters]
ServerPort = 127.0.0.1:{console}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
CaseMode = 2
AllowOSCalls = 0
DirsAllowed = .
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty_buffers}
ThreadsPerQuery = 2

[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 20
MaxClientConnections = 20
MaxKeepAlives = 10
KeepAliveTimeout = 5

[SPARQL]
ResultSetMaxRows = {max_rows}
{limits}
"""


def absent_because() -> str | None:
    """Return why it cannot run here."""
    if PROGRAM is None or CONSOLE is None:
        return "Virtuoso 7 is not installed (virtuoso-opensource-7-bin of Debian)"
    return None


def serving(
    folder: Path, *, timeout_seconds: int | None = None, max_rows: int = 0, buffers: int = FEW_BUFFERS
) -> Server:
    """Return a Virtuoso that is about to start: a context manager.

    Its endpoints for writing want a digest login; it has the user ``cloudindex`` for them.

    Args:
        folder: Where its database lies; it need not exist.
        timeout_seconds: How long a query may take, in seconds.
        max_rows: After how many rows it ends an answer, saying so in a header; 0 for never.
        buffers: How many pages of 8 KiB it keeps in memory.
    """
    if not (EMPTY / "virtuoso.db").exists():
        prepare()
    shutil.copytree(EMPTY, folder, dirs_exist_ok=True)
    limits = "" if timeout_seconds is None else f"MaxQueryExecutionTime = {timeout_seconds}"
    return _configured(folder, max_rows=max_rows, limits=limits, buffers=buffers)[0]


def prepare() -> None:
    """Make the empty database that others are copies of: a new one takes seconds, a copy next to nothing."""
    unfinished = EMPTY.with_name("virtuoso.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    server, console = _configured(unfinished, max_rows=0, limits="", buffers=FEW_BUFFERS)
    with server:
        command = (CONSOLE or "isql-vt", f"127.0.0.1:{console}", "dba", "dba")
        told = subprocess.run(command, input=PERMISSIONS, text=True, capture_output=True, check=False, timeout=60)
        if told.returncode or "*** Error" in told.stdout + told.stderr:
            raise RuntimeError(f"Virtuoso took no users:\n{told.stdout}{told.stderr}")
    for name in ("output.log", "virtuoso.lck", "virtuoso.log"):
        (unfinished / name).unlink(missing_ok=True)
    shutil.rmtree(EMPTY, ignore_errors=True)
    unfinished.rename(EMPTY)


def _configured(folder: Path, *, max_rows: int, limits: str, buffers: int) -> tuple[Server, int]:
    port, console = free_port(), free_port()
    text = CONFIGURATION.format(
        port=port,
        console=console,
        max_rows=max_rows,
        limits=limits,
        buffers=buffers,
        dirty_buffers=buffers * 3 // 4,
    )
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    server = Server(
        "virtuoso",
        port,
        (PROGRAM or "virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"),
        folder,
        query="/sparql",
        update="/sparql-auth",
        graph_store="/sparql-graph-crud-auth",
        login=Login("cloudindex", PASSWORD, "digest"),
    )
    return server, console
