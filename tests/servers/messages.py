"""HTTP/1.1 from the side of a server, as bytes: requests read, answers written with any framing, right or wrong."""

from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import parse_qs

REASONS: Final = {200: "OK", 302: "Found", 307: "Temporary Redirect", 401: "Unauthorized", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked; the names of headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    def parameters(self) -> dict[str, list[str]]:
        """Return what stands in the address and, of a form, in the body."""
        texts = [self.target.partition("?")[2]]
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            texts.append(self.body.decode())
        return parse_qs("&".join(filter(None, texts)), keep_blank_values=True)


def read_request(reader: BinaryIO) -> Request | None:
    """Return the next request of a connection, or None at its end."""
    first = reader.readline(65536).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers = {}
    while (line := reader.readline(65536).decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(first[0], first[1], headers, _read_body(reader, headers))


def head(status: int, headers: dict[str, str]) -> bytes:
    """Return the head of an answer."""
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def whole(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """Return an answer with its length."""
    return head(status, {**headers, "Content-Length": str(len(body))}) + body


def chunk(part: bytes) -> bytes:
    """Return a part of a chunked body; of nothing the last one."""
    return b"%x\r\n%s\r\n" % (len(part), part)


def _read_body(reader: BinaryIO, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return reader.read(int(headers.get("content-length", "0")))
    parts = []
    while size := int(reader.readline(100).split(b";")[0] or b"0", 16):
        parts.append(reader.read(size))
        reader.readline(10)
    reader.readline(10)
    return b"".join(parts)
