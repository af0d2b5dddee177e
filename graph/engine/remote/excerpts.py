"""What a server says of its own errors, cut to what may be told to people.  Pure."""

import re
from collections.abc import Sequence
from typing import Final

import orjson

MOST_CHARACTERS: Final = 300
# Spaces, control characters, and those that turn the direction of what follows.
BLANK: Final = r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+"
# Where the fields of a problem or of an error in JSON say what is wrong.
SAYING: Final = ("detail", "message", "title", "error", "exception")


def excerpt(text: str, media_type: str, secrets: Sequence[str]) -> str:
    r"""Return the first sentence or so of *text*, on one line; nothing of a page for people.

    >>> excerpt("Parse error: line 1\n\tat org.example.Parser(Parser.java:1)", "text/plain", ())
    'Parse error: line 1'
    >>> excerpt('{"detail": "No such graph."}', "application/problem+json", ())
    'No such graph'
    >>> excerpt("<html>", "text/html", ())
    ''
    >>> excerpt("may not come in with hunter2", "", ("hunter2",))
    'may not come in with …'

    Args:
        secrets: What must not be in it.
    """
    if "html" in media_type or (text.lstrip()[:1] == "<" and "html" in text[:200].lower()):
        return ""
    if "json" in media_type:
        text = _of_json(text)
    lines = (re.sub(BLANK, " ", line).strip() for line in re.split(r"[\r\n]+", _without(text, secrets)))
    first = _without(next((line for line in lines if line), ""), secrets)
    shortened = first if len(first) <= MOST_CHARACTERS else f"{first[:MOST_CHARACTERS]}…"
    return shortened.rstrip(". ")


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "…")
    return text


def _of_json(text: str) -> str:
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    if not isinstance(fields, dict):
        return ""
    return next((fields[name] for name in SAYING if isinstance(fields.get(name), str)), "")
