"""Values → YAML in flow style, quoted only where it must be, so that it reads well and reads back the same."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from graph.characters import CONTROL

Value: TypeAlias = "str | int | float | Mapping[str, Value] | list[Value]"
WIDTH: Final = 120
# What needs no quotes: words that begin with a letter or a digit, slugs, and web addresses.
PLAIN: Final = re.compile(r"[^\W_][\w .()/+’–—…-]*|https?://[\w./?&=%+~@:;!$*#-]*[\w/]")
# What YAML takes neither in texts nor in comments.
UNWRITABLE: Final = re.compile(f"{CONTROL.pattern}|[\x80-\x9f\ufeff]")
WORDS_OF_YAML: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off"})
ESCAPED: Final = re.compile(r'["\\]|[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]')


def clean(text: str) -> str:
    r"""Return *text* on one line, without the characters that no text should hold.

    >>> clean(" two\n lines\x00 ")
    'two lines'
    """
    return " ".join(UNWRITABLE.sub(" ", text).split())


def scalar(value: str | float) -> str:
    """Return a text or a number as YAML, also where commas and brackets mean something.

    >>> scalar("Kata Containers"), scalar("++"), scalar("a, b"), scalar(0.85)
    ('Kata Containers', '"++"', '"a, b"', '0.85')
    """
    if not isinstance(value, str):
        return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if PLAIN.fullmatch(value) and value == value.strip() and value.casefold() not in WORDS_OF_YAML:
        return value
    return f'"{ESCAPED.sub(_escape, value)}"'


def flow(value: Value) -> str:
    """Return *value* in flow style, on one line.

    >>> flow({"usesTool": "ansible", "line": [3, 4]})
    '{usesTool: ansible, line: [3, 4]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def comment(text: str, *, most: int = 90) -> str:
    """Return a text as a comment that stays on one line: whole, or visibly cut."""
    shown = clean(text)
    return f"# {shown if len(shown) <= most else f'{shown[: most - 1].rstrip()}…'}"


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    if letter in '"\\':
        return f"\\{letter}"
    return f"\\U{ord(letter):08x}" if ord(letter) > 0xFFFF else f"\\u{ord(letter):04x}"
