"""Texts in a file, sorted, each once: found by number, or the number by the text.  Touches files."""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.arrays import mapped

TEXTS: Final = "texts.bin"
STARTS: Final = "texts_starts.npy"
NONE: Final = -1


class TextsFile(Sequence[bytes]):
    """The texts of a folder, as UTF-8."""

    def __init__(self, folder: Path) -> None:
        """Open them.

        Raises:
            OSError, ValueError: They are not there.
        """
        self._starts: NDArray[np.int64] = mapped(folder / STARTS)
        size = (folder / TEXTS).stat().st_size
        with (folder / TEXTS).open("rb") as file:
            self._content: bytes | mmap.mmap = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:  # type: ignore[override]  # no slices are asked for
        return self._content[int(self._starts[number]) : int(self._starts[number + 1])]

    def text(self, number: int) -> str:
        """Return the text with that number."""
        return self[number].decode()

    def number(self, text: str) -> int:
        """Return the number of *text*, `NONE` where it is not there."""
        wanted = text.encode()
        found = bisect_left(self, wanted)
        return found if found < len(self) and self[found] == wanted else NONE


def write_texts(texts: Iterable[str], folder: Path) -> dict[str, int]:
    """Write *texts* to *folder*, and return the number that each has now."""
    encoded = sorted(dict.fromkeys(texts), key=str.encode)
    with (folder / TEXTS).open("wb") as file:
        sizes = [file.write(text.encode()) for text in encoded]
    np.save(folder / STARTS, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), allow_pickle=False)
    return {text: number for number, text in enumerate(encoded)}
