"""Accept → format, as RFC 9110, section 12.5.1 has it."""

from collections.abc import Sequence
from typing import NamedTuple

from api.errors import NotAcceptableError
from graph.formats import Format, find_format


class Range(NamedTuple):
    """A media range of an Accept header, with its weight."""

    media_type: str
    weight: float

    def specificity(self) -> int:
        """Return 2 for a whole media type, 1 for ``text/*``, 0 for ``*/*``."""
        return 0 if self.media_type == "*/*" else 1 if self.media_type.endswith("/*") else 2

    def covers(self, media_type: str) -> bool:
        """Return whether *media_type* lies in the range."""
        return (
            self.specificity() == 0
            or media_type == self.media_type
            or (self.media_type.endswith("/*") and media_type.startswith(self.media_type[:-1]))
        )


def choose(formats: Sequence[Format], *, accept: str | None, wanted: str | None = None) -> Format:
    """Return the format that the client likes best; of those it likes as much, the first.

    Args:
        accept: The Accept header; ``None`` accepts everything.
        wanted: The ``format`` parameter, which goes before the header.

    Raises:
        UnknownFormatError: *wanted* names no format.
        NotAcceptableError: The header accepts none of *formats*.
    """
    if wanted:
        return find_format(wanted, formats)
    ranges = parse_accept(accept) if accept and accept.strip() else [Range("*/*", 1.0)]
    weighed = [(_weight(one, ranges), one) for one in formats]
    best = max(weight for weight, _ in weighed)
    if best <= 0:
        raise NotAcceptableError(accept or "", [one.media_type for one in formats])
    return next(one for weight, one in weighed if weight == best)


def parse_accept(header: str) -> list[Range]:
    """Return the ranges of an Accept header; what is malformed is passed over.

    >>> parse_accept("text/turtle;q=0.5, */*;q=0.1")
    [Range(media_type='text/turtle', weight=0.5), Range(media_type='*/*', weight=0.1)]
    """
    found = []
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [piece[2:] for piece in parameters if piece.startswith("q=")]
        try:
            weight = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
        if "/" in media_type and 0 <= weight <= 1:
            found.append(Range(media_type, weight))
    return found


def _weight(form: Format, ranges: Sequence[Range]) -> float:
    """Return how much the client likes *form*: the most specific range that covers one of its names decides."""
    own = _most_specific(form.media_type, ranges)
    if own is not None and own.specificity() == 2:
        return own.weight
    named = [one.weight for one in ranges if one.media_type in form.aliases]
    return max(named, default=own.weight if own is not None else 0.0)


def _most_specific(media_type: str, ranges: Sequence[Range]) -> Range | None:
    covering = [one for one in ranges if one.covers(media_type)]
    return max(covering, key=lambda one: (one.specificity(), one.weight), default=None)
