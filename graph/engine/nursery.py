"""A process that has loaded what workers need and opened nothing: it forks a worker in a few milliseconds.

It reads orders from its standard input, a socket: each is a line of JSON, and carries the socket that the worker
will talk on.  It answers with lines: ``born PID``, and later ``died PID CODE``, where the code is that of
`os.waitstatus_to_exitcode`.  When its input ends it ends too, and its workers with it.

Where the system lets it, it leaves the network once, for all its workers, unless they are to ask a server: they share
an empty one.  The line
``listen`` asks for a socket that listens on the loopback of that network; it is sent through the socket that the
message carries, and whoever holds it, wherever, can be reached by the workers.
"""

import ctypes
import gc
import os
import selectors
import signal
import socket
import struct
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from fcntl import ioctl
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

import orjson
from pyoxigraph import Store

from graph.engine import worker
from graph.engine.evaluation import Evaluator, StoreEvaluator

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
PR_SET_PDEATHSIG: Final = 1
NICENESS: Final = 5
MOST_MESSAGE_BYTES: Final = 1 << 16
LISTEN: Final = b"listen"
NETWORKED: Final = "--networked"
# What asks servers takes long to import, and needs the network that workers are otherwise without.
REMOTE: Final = "graph.engine.remote.evaluation"
LOOPBACK: Final = "127.0.0.1"
# The name of a network interface and its flags, as ioctl takes them on Linux.
INTERFACE: Final = struct.Struct("16sh14x")
GET_FLAGS: Final = 0x8913
SET_FLAGS: Final = 0x8914
IS_UP: Final = 0x1


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker to be is told.

    Attributes:
        folder: That of its store, or of its generation where the triples are on a server.
        memory_bytes: How much it may grow after opening the store.
        rows: How many rows or triples an answer may have; 0 sets no limit.
        server: That server as JSON; empty where the store is in the folder.
    """

    folder: str
    memory_bytes: int
    rows: int = 0
    server: str = ""

    def to_bytes(self) -> bytes:
        """Return the order as a line of JSON."""
        return orjson.dumps(asdict(self)) + b"\n"


def main() -> None:
    """Fork workers until the input ends."""
    control = socket.socket(fileno=sys.stdin.fileno())
    libc = _libc()
    if NETWORKED in sys.argv:
        import_module(REMOTE)  # now, and not in every worker
    else:
        _leave_the_network(libc)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C ends the service, which then ends its workers
    ended, ending = socket.socketpair()
    _wake_when_a_child_ends(ended, ending)
    gc.freeze()  # what is loaded now is shared by all workers
    waiting = selectors.DefaultSelector()
    waiting.register(control, selectors.EVENT_READ)
    waiting.register(ended, selectors.EVENT_READ)
    unread, channels = b"", list[int]()
    while True:
        ready = {key.fileobj for key, _ in waiting.select()}
        if ended in ready:
            ended.recv(MOST_MESSAGE_BYTES)
            _report_deaths(control)
        if control in ready:
            message, descriptors, _, _ = socket.recv_fds(control, MOST_MESSAGE_BYTES, maxfds=8)
            if not message:
                return
            channels += descriptors
            *lines, unread = (unread + message).split(b"\n")
            for line in lines:
                if line == LISTEN:
                    _offer_a_listener(channels.pop(0))
                else:
                    _fork(control, Order(**orjson.loads(line)), channels, libc)


def _fork(control: socket.socket, order: Order, channels: list[int], libc: ctypes.CDLL | None) -> None:
    """Fork a worker on the first of *channels*, and take that one away."""
    descriptor = channels.pop(0)
    nursery = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            for other in channels:
                os.close(other)
            _confine(libc)
            if os.getppid() != nursery:  # it had ended before this one asked to end with it
                return
            os.chdir(order.folder)
            worker.serve(descriptor, partial(_opened, order), order.memory_bytes, most_rows=order.rows)
            code = 0
        finally:
            os._exit(code)
    os.close(descriptor)
    _say(control, f"born {pid}")


def _opened(order: Order) -> Evaluator:
    """Return what evaluates the jobs of a worker."""
    if order.server:
        remote: Evaluator = import_module(REMOTE).open_server(order.server, Path(order.folder))
        return remote
    return StoreEvaluator(Store.read_only(order.folder))


def _confine(libc: ctypes.CDLL | None) -> None:
    """Let this process end with its parent, and give way to others."""
    with suppress(OSError):
        os.nice(NICENESS)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _leave_the_network(libc: ctypes.CDLL | None) -> None:
    """Let this process, and those that it forks, reach no network, where the system lets us."""
    if libc is not None and libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def _offer_a_listener(descriptor: int) -> None:
    """Send a socket that listens on the loopback of this network through another; nothing when there can be none."""
    with socket.socket(fileno=descriptor) as channel, suppress(OSError), socket.socket() as listener:
        _bring_loopback_up(listener)
        listener.bind((LOOPBACK, 0))
        listener.listen()
        socket.send_fds(channel, [LISTEN], [listener.fileno()])


def _bring_loopback_up(anyone: socket.socket) -> None:
    """Bring the loopback of this network up; in an empty one it is down at first.  *anyone* is a socket of it."""
    if sys.platform == "linux":
        flags = INTERFACE.unpack(ioctl(anyone, GET_FLAGS, INTERFACE.pack(b"lo", 0)))[1]
        if not flags & IS_UP:
            ioctl(anyone, SET_FLAGS, INTERFACE.pack(b"lo", flags | IS_UP))


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _wake_when_a_child_ends(ended: socket.socket, ending: socket.socket) -> None:
    """Let *ended* become readable whenever a child has ended; *ending* must stay open."""
    ended.setblocking(False)  # noqa: FBT003
    ending.setblocking(False)  # noqa: FBT003
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    signal.set_wakeup_fd(ending.fileno(), warn_on_full_buffer=False)


def _report_deaths(control: socket.socket) -> None:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            _say(control, f"died {pid} {os.waitstatus_to_exitcode(status)}")


def _say(control: socket.socket, line: str) -> None:
    with suppress(OSError):
        control.sendall(line.encode() + b"\n")


if __name__ == "__main__":
    main()
