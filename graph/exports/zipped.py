"""Several files as one ZIP archive, written as they come.

The time of all is the earliest that the format knows: the same graph gives the same bytes.
"""

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
LEVEL: Final = 5
Member = tuple[str, Iterable[bytes]]


class _Written(RawIOBase):
    """Takes what is written, and gives it away; the archive cannot go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        pieces = b"".join(self._pieces)
        self._pieces.clear()
        return pieces


def zipped(members: Iterable[Member], *, are_large: bool = False) -> Iterator[bytes]:
    """Yield an archive of *members*, each a name and its content, piece by piece.

    Args:
        are_large: Whether one may have more than 2 GiB.
    """
    output = _Written()
    with ZipFile(output, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, pieces in members:
            info = ZipInfo(name, EARLIEST)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            with archive.open(info, "w", force_zip64=are_large) as file:
                for piece in pieces:
                    file.write(piece)
                    yield output.taken()
    yield output.taken()
