"""``multipart/form-data`` → the parts of it, each with its media type."""

from email import policy
from email.parser import BytesParser
from typing import Final

from fastapi import Request

from graph.errors import ParameterError

MULTIPART: Final = "multipart/form-data"
MOST_PARTS: Final = 100


def read_parts(request: Request, body: bytes) -> list[tuple[str, bytes]]:
    """Return the media type and the content of each part of *body*, which is bounded already.

    Raises:
        ParameterError: It is not what its header says, or has no part.
    """
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    parts = [part for part in message.walk() if not part.is_multipart()] if message.is_multipart() else []
    if message.defects or not parts:
        reason = f"this is not {MULTIPART}; send each graph as a part with its media type."
        raise ParameterError("body", "", reason)
    if len(parts) > MOST_PARTS:
        raise ParameterError("body", "", f"there are more than {MOST_PARTS} parts in it.")
    return [(part.get_content_type().lower(), bytes(part.get_payload(decode=True) or b"")) for part in parts]
