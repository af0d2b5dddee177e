"""Web addresses as people write them: where a bare one ends, whose host it is, which language it shows."""

import re
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from graph.iris import slugified

SCHEME: Final = re.compile(r"https?://(?=[^\s<>/?#])|www\.(?=[^\s<>.])", re.IGNORECASE)
# What an address may hold, and without a scheme: a host, whose end must be a well-known one, and a path.
_BODY: Final = re.compile(r"[^\s<>`\x00-\x20]+")
_BRACKETS: Final = re.compile(r"[()\[\]{}]")
_PLAIN_PATH: Final = re.compile(r"\.(?:com|org|net|dev)/(?=\w)", re.IGNORECASE)
_HOST_END: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\Z", re.IGNORECASE)
_TRAILING: Final = "?!.,:*_~'\"’”»…;([{"
_ENTITY_END: Final = re.compile(r"&[a-z0-9]{1,31};\Z", re.IGNORECASE)
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_UNFIT: Final = re.compile(r"[\s<>\"{}|\\^`\x00-\x20]")
_LINK: Final = re.compile(r"\[[^\[\]]*\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)?)\)", re.IGNORECASE)
_HOST_CHARACTERS: Final = 253

# Codes of ISO 639-1 that a part of an address may mean; words such as “my”, “to”, “so” and “as” are left out.
LANGUAGES: Final = frozenset(
    [
        "af",
        "ar",
        "az",
        "bg",
        "bn",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "ga",
        "gl",
        "gu",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "it",
        "ja",
        "ka",
        "kk",
        "km",
        "kn",
        "ko",
        "lo",
        "lt",
        "lv",
        "mk",
        "mn",
        "mr",
        "ms",
        "mt",
        "nb",
        "ne",
        "nl",
        "nn",
        "no",
        "pa",
        "pl",
        "pt",
        "ro",
        "ru",
        "si",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "sw",
        "ta",
        "te",
        "th",
        "tr",
        "uk",
        "ur",
        "uz",
        "vi",
        "zh",
    ]
)
# As the first word of a host these mean something else: identity, computer science, Canada, a kingdom, a department.
_NOT_IN_HOSTS: Final = frozenset({"id", "cs", "ca", "uk", "it", "ms", "si", "no", "te"})
_TAG: Final = re.compile(r"([a-z]{2})(?:[-_](?:[a-z]{4}[-_])?[a-z]{2})?", re.IGNORECASE)
_REGIONAL: Final = re.compile(r"([a-z]{2})[-_](?:[a-z]{4}[-_])?[a-z]{2}", re.IGNORECASE)
_QUERY_KEYS: Final = frozenset({"hl", "lang", "language", "locale"})


MOST_SLUG_CHARACTERS: Final = 90
# An address of this form is told by its slug alone; any other gets a few digits of its hash.
_PLAIN: Final = re.compile(
    r"https://(?!www\.)[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z0-9]+(?:/|(?:/[a-z0-9]+(?:\.[a-z0-9]+)*)+)"
)


def end_of_address(text: str, start: int) -> int:
    """Return where the bare address that begins at *start* ends, as GitHub reads it; *start* where none does.

    >>> text = "(see https://example.org/a_(b).)"
    >>> text[5:end_of_address(text, 5)]
    'https://example.org/a_(b)'
    """
    end = _end_of_body(text, start)
    return end if SCHEME.match(text, start, end) and host_of(whole(text[start:end])) else start


def plain_addresses(text: str) -> list[tuple[int, int]]:
    """Return the parts of *text* that are addresses without a scheme, such as ``example.com/page``."""
    found = []
    behind = 0
    for dot in _PLAIN_PATH.finditer(text):
        host = _host_before(text, max(behind, dot.start() - _HOST_CHARACTERS), dot.end() - 1)
        if dot.start() < behind or host is None:
            continue
        behind = _end_of_body(text, host)
        found.append((host, behind))
    return found


def whole(address: str) -> str:
    """Return *address* with a scheme, and what no address may hold written as its codes.

    >>> whole("www.example.org/a b"), whole("//example.org/")
    ('https://www.example.org/a%20b', 'https://example.org/')
    """
    fit = _UNFIT.sub(lambda unfit: quote(unfit[0], safe=""), address.strip())
    if fit.startswith("//"):
        return f"https:{fit}"
    return fit if ":" in fit.partition("/")[0] else f"https://{fit}"


def host_of(address: str) -> str:
    """Return the host of a web address in lower case; an empty text for whatever leads nowhere in the web."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # raises where it is none
    except ValueError:
        return ""
    return host.lower().strip(".") if parts.scheme.lower() in ("http", "https") else ""


def is_of_the_web(address: str) -> bool:
    """Return whether a link leads to a host, and not to a place in the same folder, or a mailbox."""
    has_host = address.lower().startswith(("http://", "https://", "//", "www."))
    return has_host and bool(host_of(whole(address)))


def inner_address(address: str) -> str:
    """Return the address of a link that stands where an address should, by mistake; else an empty text.

    >>> inner_address("[https://example.org](https://example.org/page)")
    'https://example.org/page'
    """
    found = _LINK.fullmatch(address)
    return found[1] if found else ""


def language_of(address: str) -> str:
    """Return the language that an address shows in its path, its query or its host; empty where it shows none.

    >>> [language_of(f"https://{one}") for one in ("example.org/fr/docs", "example.org/en-us/", "de.wikipedia.org/x")]
    ['fr', 'en', 'de']
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    segments = [segment for segment in parts.path.split("/")[:12] if segment]
    shown = [_REGIONAL.fullmatch(segment) for segment in segments]
    if segments and parts.path.count("/") > 1:
        shown.insert(0, _TAG.fullmatch(segments[0]))
    shown += [_TAG.fullmatch(value) for key, value in _query(parts.query) if key.lower() in _QUERY_KEYS]
    codes = [found[1].lower() for found in shown if found and found[1].lower() in LANGUAGES]
    labels = (parts.hostname or "").split(".")
    if len(labels) > 2 and labels[0] in LANGUAGES - _NOT_IN_HOSTS:
        codes.append(labels[0])
    return codes[0] if codes else ""


def resource_slug(address: str) -> str:
    """Return the slug of what *address* leads to, the same in every document.

    >>> resource_slug("https://cri-o.io/"), resource_slug("https://github.com/A/b-c")
    ('cri-o.io', 'github.com-a-b-c-55b36d')
    """
    told = address.partition("://")[2].removeprefix("www.")
    slug = slugified(told.partition("?")[0].partition("#")[0])[:MOST_SLUG_CHARACTERS].strip("-.")
    if slug and _PLAIN.fullmatch(address) and len(address) <= MOST_SLUG_CHARACTERS:
        return slug
    return f"{slug}-{blake2b(address.encode(), digest_size=3).hexdigest()}".lstrip("-")


def _query(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text[:2_000])


def _end_of_body(text: str, start: int) -> int:
    """Return where what may be an address ends: before what belongs to the sentence around it."""
    body = _BODY.match(text, start)
    if body is None:
        return start
    end, opened = body.end(), dict.fromkeys(_PAIRS.values(), 0)
    for bracket in _BRACKETS.finditer(text, start, end):
        if bracket[0] in opened:
            opened[bracket[0]] += 1
        elif opened[_PAIRS[bracket[0]]] == 0:
            end = bracket.start()
            break
        else:
            opened[_PAIRS[bracket[0]]] -= 1
    while end > start and text[end - 1] in _TRAILING:
        entity = _ENTITY_END.search(text, max(start, end - 33), end) if text[end - 1] == ";" else None
        end = entity.start() if entity else end - 1
    return end


def _host_before(text: str, earliest: int, end: int) -> int | None:
    """Return where the host begins that ends at *end*; nothing where it is a part of something else."""
    start = end
    while start > earliest and ((text[start - 1].isascii() and text[start - 1].isalnum()) or text[start - 1] in ".-"):
        start -= 1
    before = text[start - 1] if start > 0 else " "
    if before in "/@:_=~\\" or before.isalnum() or not _HOST_END.match(text, start, end):
        return None
    return start
