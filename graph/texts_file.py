"""Texts in a file, by number; where they are sorted, each once, the number is found by the text.  Touches files."""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.arrays import mapped

TEXTS: Final = "texts"
NONE: Final = -1


def files_of(name: str) -> tuple[str, str]:
    """Return the names of the files in which texts are kept: the texts one after the other, and where each starts."""
    return f"{name}.bin", f"{name}_starts.npy"


class TextsFile(Sequence[bytes]):
    """The texts of that name in a folder, as UTF-8."""

    def __init__(self, folder: Path, name: str = TEXTS) -> None:
        """Open them.

        Raises:
            OSError, ValueError: They are not there.
        """
        content, starts = (folder / file for file in files_of(name))
        self._starts: NDArray[np.int64] = mapped(starts)
        size = content.stat().st_size
        with content.open("rb") as file:
            self._content: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return self._content[self._starts.item(number) : self._starts.item(number + 1)]

    def text(self, number: int) -> str:
        """Return the text with that number."""
        return self[number].decode()

    def starting_with(self, beginning: str) -> range:
        """Return the numbers of the texts that begin so; the texts must be sorted."""
        wanted = beginning.encode()
        first = bisect_left(self, wanted)
        return range(first, bisect_left(self, 1, lo=first, key=lambda text: int(not text.startswith(wanted))))

    def number(self, text: str) -> int:
        """Return the number of *text*, `NONE` where it is not there."""
        wanted = text.encode()
        found = bisect_left(self, wanted)
        return found if found < len(self) and self[found] == wanted else NONE


class Rearranged(Sequence[bytes]):
    """The texts of two files in an order of their own: *places* says where each lies, the second after the first."""

    def __init__(self, first: TextsFile, second: TextsFile, places: NDArray[np.int32]) -> None:
        self._first, self._second, self._places = first, second, places

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        place = int(self._places[number])
        return self._first[place] if place < len(self._first) else self._second[place - len(self._first)]

    def text(self, number: int) -> str:
        """Return the text with that number."""
        return self[number].decode()


def write_texts(texts: Iterable[str], folder: Path) -> dict[str, int]:
    """Write *texts* to *folder*, sorted, and return the number that each has now."""
    encoded = sorted(dict.fromkeys(texts), key=str.encode)
    write_in_order((text.encode() for text in encoded), folder, TEXTS)
    return {text: number for number, text in enumerate(encoded)}


def write_in_order(texts: Iterable[bytes], folder: Path, name: str) -> None:
    """Write *texts* to *folder* as they come, under that name."""
    content, starts = (folder / file for file in files_of(name))
    with content.open("wb") as file:
        sizes = [file.write(text) for text in texts]
    np.save(starts, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), allow_pickle=False)
