"""The log: one line for each request and each trouble, on the error output, as JSON or for people's eyes."""

import asyncio
import logging
import sys
from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from time import gmtime, localtime, strftime, time
from typing import Any, Final

import orjson

from api.failures import AnswerBrokenError
from api.observation import Exchange
from api.request_ids import current_id
from graph.documents import Problem
from graph.report import Entry
from graph.report_formats.plain_json import shown
from graph.report_formats.text import excerpt

NAME: Final = "cloudindex"
SERVER: Final = "uvicorn"
WATCH: Final = f"{NAME}.watch"
AUTO, JSON, TEXT, OFF = "auto", "json", "text", "off"
# Lines of requests are written together: writing each on its own would cost a tenth of a quick answer.
TOGETHER_SECONDS: Final = 0.05
MOST_PATH: Final = 500
MOST_QUERY: Final = 8000
LEVELS: Final = {level: logging.getLevelName(level).lower() for level in (20, 30, 40)}


def set_up(mode: str) -> None:
    """Send what this service and its server have to say to the error output, in the form called *mode*.

    Args:
        mode: ``json``, ``text``, ``off`` (trouble only, as text), or ``auto``: text for a terminal, else JSON.
    """
    if mode == AUTO:
        mode = TEXT if sys.stderr.isatty() else JSON
    lines = Lines(JsonLines() if mode == JSON else TextLines(), with_requests=mode != OFF)
    for name in (NAME, SERVER):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [lines], False
        logger.setLevel(logging.WARNING)
    # What was published, and what is wrong with it, is news for whoever keeps the documents.
    logging.getLogger(WATCH).setLevel(logging.NOTSET if mode == OFF else logging.INFO)


class Form(logging.Formatter):
    """How lines look."""

    @abstractmethod
    def request(self, fields: dict[str, Any], level: int) -> str:
        """Return the line of a request."""


class Lines(logging.StreamHandler[Any]):
    """Writes lines to the error output in their order: those of requests soon, those of trouble at once."""

    def __init__(self, form: Form, *, with_requests: bool) -> None:
        super().__init__()
        self.form = form
        self.with_requests = with_requests
        self._waiting: list[str] = []
        self.setFormatter(form)
        self.addFilter(_is_news)

    def add(self, line: str) -> None:
        """Write *line* soon."""
        self._waiting.append(line)
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line of *record*, after those that wait."""
        self.flush()
        super().emit(record)

    def flush(self) -> None:
        """Write the lines that wait."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.stream.write("\n".join(waiting) + "\n")
        super().flush()


@dataclass(slots=True)
class RequestLog:
    """Writes a line for each request that has ended, where `set_up` has been called.

    Attributes:
        with_queries: Whether the query of a request, and what follows the ``?`` of its address, are written too.
    """

    with_queries: bool = False
    _lines: Lines | None = field(init=False)

    def __post_init__(self) -> None:
        handlers = logging.getLogger(NAME).handlers
        self._lines = next((one for one in handlers if isinstance(one, Lines) and one.with_requests), None)

    def begun(self, exchange: Exchange) -> None:
        """Write nothing yet."""

    def ended(self, exchange: Exchange) -> None:
        """Write the line."""
        if self._lines is not None:
            self._lines.add(self._lines.form.request(self._fields(exchange), _level(exchange)))

    def _fields(self, exchange: Exchange) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "request_id": exchange.request_id,
            "method": exchange.method,
            "path": printable(exchange.path[:MOST_PATH]),
            "status": exchange.status or None,
            "duration_ms": round(exchange.seconds * 1000, 3),
            "bytes": exchange.sent_bytes,
            "client": exchange.client,
            "generation": exchange.generation,
        }
        if exchange.aborted:
            fields["aborted"] = exchange.aborted
        if self.with_queries:
            texts = {"query_string": exchange.query_string.decode("latin-1"), "query": exchange.query}
            fields |= {name: printable(text[:MOST_QUERY]) for name, text in texts.items() if text}
        return fields


class JsonLines(Form):
    """A line of JSON."""

    def request(self, fields: dict[str, Any], level: int) -> str:
        """Return the line of a request."""
        seconds, milliseconds = divmod(int(time() * 1000), 1000)
        clock = f"{_second(seconds)}.{milliseconds:03d}Z"
        return orjson.dumps({"time": clock, "level": LEVELS[level], **fields}).decode()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of any other record."""
        clock = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said: dict[str, Any] = {"time": clock, "level": record.levelname.lower()}
        said |= {"message": printable(record.getMessage().rstrip()), "logger": record.name}
        verdict: Problem | None = getattr(record, "verdict", None)
        if verdict is not None:
            said["verdict"] = shown(Entry(verdict))
        request_id = getattr(record, "request_id", "") or current_id()
        if request_id:
            said["request_id"] = request_id
        if record.exc_info:
            said["stack"] = self.formatException(record.exc_info).encode(errors="backslashreplace").decode()
        return orjson.dumps(said).decode()


class TextLines(Form):
    """A short line, and a stack below it where there is one."""

    def request(self, fields: dict[str, Any], level: int) -> str:  # noqa: ARG002  # the status tells as much
        """Return the line of a request."""
        known = ("method", "path", "status", "duration_ms", "bytes", "client", "request_id")
        method, path, status, milliseconds, sent, client, request_id = (fields[name] for name in known)
        rest = "".join(f" {name}={fields[name]}" for name in ("aborted", "query_string", "query") if name in fields)
        clock = strftime("%H:%M:%S", localtime())
        return f"{clock} {method} {path} {status or '-'} {milliseconds:.1f} ms {sent} B {client} {request_id}{rest}"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of any other record."""
        request_id = getattr(record, "request_id", "") or current_id()
        message = printable(record.getMessage().rstrip())
        clock = strftime("%H:%M:%S", localtime(record.created))
        said = f"{clock} {record.levelname.lower()}: {message} {request_id}".rstrip()
        verdict: Problem | None = getattr(record, "verdict", None)
        if verdict is not None:
            said = "\n".join((said, *excerpt(verdict)))
        return f"{said}\n{self.formatException(record.exc_info)}" if record.exc_info else said


def printable(text: str) -> str:
    r"""Return *text* with everything escaped that a terminal or a reader of lines would take for more than a letter.

    >>> print(printable("/a\n\x1b[2K\u2028b é"))
    /a\x0a\x1b[2K\u2028b é
    """
    return text if text.isprintable() else "".join(one if one.isprintable() else _escaped(one) for one in text)


@lru_cache(1)
def _second(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _level(exchange: Exchange) -> int:
    if exchange.status == 500:
        return logging.ERROR
    return logging.WARNING if exchange.status > 500 or exchange.aborted else logging.INFO


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether *record* has not been told already: the server repeats what `Failures` lets through."""
    return not (record.exc_info and isinstance(record.exc_info[1], AnswerBrokenError))
