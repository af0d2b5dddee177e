"""The body of a request: bounded before it is read, unpacked within the same bound, decoded once."""

import gzip
import zlib
from io import BytesIO
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.errors import MediaTypeError, TooLargeError
from graph.errors import ParameterError

CODINGS: Final = ("gzip", "identity", "")
CHARSETS: Final = ("utf-8", "utf8", "us-ascii", "")


def media_type_of(request: Request) -> str:
    """Return the media type of the body without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_text(request: Request, limit_bytes: int) -> str:
    """Return the body as text.

    Raises:
        MediaTypeError: It is in a coding or a character set that is not read here.
        TooLargeError: It has more than *limit_bytes*, packed or unpacked.
        ParameterError: It is not UTF-8, or not what its coding says.
    """
    charset = _charset(request)
    if charset not in CHARSETS:
        raise MediaTypeError(f"charset={charset}", ("charset=utf-8",))
    body = await read_bytes(request, limit_bytes)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise ParameterError("body", repr(body[error.start : error.end]), "the body is not UTF-8.") from error


async def read_bytes(request: Request, limit_bytes: int) -> bytes:
    """Return the body, unpacked.

    Raises:
        MediaTypeError: It is in a coding that is not read here.
        TooLargeError: It has more than *limit_bytes*, packed or unpacked.
        ParameterError: It is not what its coding says.
    """
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in CODINGS:
        raise MediaTypeError(f"Content-Encoding: {coding}", CODINGS[:2])
    if int(request.headers.get("content-length", "0") or 0) > limit_bytes:
        raise TooLargeError(limit_bytes)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit_bytes:
            raise TooLargeError(limit_bytes)
    return await run_in_threadpool(_unpacked, bytes(body), limit_bytes) if coding == "gzip" else bytes(body)


def _unpacked(packed: bytes, limit_bytes: int) -> bytes:
    """Return all members of *packed*, of which there may be several, one behind the other."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(packed)) as members:
            body = members.read(limit_bytes + 1)
    except EOFError as error:
        raise ParameterError("Content-Encoding", "gzip", "the packed body ends too early.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ParameterError("Content-Encoding", "gzip", "the body is not gzip.") from error
    if len(body) > limit_bytes:
        raise TooLargeError(limit_bytes)
    if not packed:
        raise ParameterError("Content-Encoding", "gzip", "the packed body ends too early.")
    return body


def _charset(request: Request) -> str:
    for parameter in request.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""
