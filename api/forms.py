"""``name=value&…`` → the values of each parameter, decoded exactly once."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from graph.errors import ParameterError
from graph.iris import is_iri

FORM_TYPE: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 1000


def decoded(text: str) -> list[tuple[str, str]]:
    """Return the pairs of a form or of the part of an address behind the ``?``.

    Raises:
        ParameterError: It is not UTF-8, or has too many of them.
    """
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise ParameterError("query", text[:80], "the form is not UTF-8, or has too many fields.") from error


def grouped(
    pairs: Sequence[tuple[str, str]],
    *,
    single: Sequence[str],
    repeated: Sequence[str],
    refused: Mapping[str, str],
) -> Mapping[str, Sequence[str]]:
    """Return the values of each known parameter; others are passed over.

    Args:
        single: Those that may be there once.
        repeated: Those that may be there more often; their values are IRIs.
        refused: Those that have no place here, with the reason.

    Raises:
        ParameterError: One is there too often, is no IRI, or has no place here.
    """
    found: dict[str, list[str]] = {name: [] for name in (*single, *repeated)}
    for name, value in pairs:
        if name in refused:
            raise ParameterError(name, value, refused[name])
        if name in found:
            found[name].append(value)
    for name in single:
        if len(found[name]) > 1:
            raise ParameterError(name, found[name][1], "there may be only one.")
    for name in repeated:
        for value in found[name]:
            if not is_iri(value):
                raise ParameterError(name, value, "this is not an absolute IRI.")
    return found
