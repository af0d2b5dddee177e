"""Text as words and marks, folded so that case, accents and plurals make no difference."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# A word of letters and digits, a row of like marks (“//”, “++”), or any other single character.
TOKEN: Final = re.compile(r"[^\W_]+|([/+\-.!?:*])\1*|[^\w\s]|_", re.UNICODE)
# Words end in these in the plural; shorter ones are left alone (“bus”, “dns”, “aks”).
PLURAL: Final = ("s", "x")
SHORTEST_PLURAL: Final = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: as written, folded, and where it begins and ends in its text."""

    written: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it has a letter or a digit."""
        return bool(self.folded)


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words and marks of *text*, in their order.

    >>> [token.folded or token.written for token in tokens("s’appuie sur OpenStack / ++")]
    ['s', '’', 'appuie', 'sur', 'openstack', '/', '++']
    """
    return tuple(Token(found[0], fold(found[0]), *found.span()) for found in TOKEN.finditer(text))


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return *word* in small letters without accents; empty where nothing is left.

    >>> fold("Équivalent"), fold("Metal³"), fold("++")
    ('equivalent', 'metal3', '')
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in decomposed if letter.isalnum())


def singular(folded: str) -> str:
    """Return a folded word without the mark of the plural.

    >>> singular("volumes"), singular("reseaux"), singular("locaux"), singular("dns")
    ('volume', 'reseau', 'local', 'dns')
    """
    if len(folded) > SHORTEST_PLURAL and folded.endswith("aux") and not folded.endswith("eaux"):
        return f"{folded[:-3]}al"
    is_plural = len(folded) >= SHORTEST_PLURAL and folded.endswith(PLURAL)
    return folded[:-1] if is_plural else folded


def key(name: str) -> str:
    """Return what is the same for all the ways in which *name* can be written.

    >>> key("Cluster API"), key("ClusterAPI"), key("cluster-apis")
    ('clusterapi', 'clusterapi', 'clusterapi')
    """
    return "".join(singular(token.folded) for token in tokens(name))


def words(text: str) -> Iterator[str]:
    """Yield the folded words of *text*."""
    return (token.folded for token in tokens(text) if token.is_word)
