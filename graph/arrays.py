"""Arrays in files that are read where they lie, by any number of processes.  Touches files."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mapped(path: Path) -> Any:
    """Return the array in a file; what is not looked at is not read.

    Raises:
        OSError, ValueError: It is not there, or none.
    """
    return np.load(path, mmap_mode="r").view(np.ndarray)  # as a plain array it is quicker to look into


def span_of(number: int, numbers: NDArray[np.integer]) -> tuple[int, int]:
    """Return where *number* begins and ends in sorted *numbers*.

    >>> span_of(7, np.array([3, 7, 7, 9], dtype=np.int32))
    (1, 3)
    """
    ends = np.array((number, number + 1), dtype=numbers.dtype)  # of another type, all of *numbers* would be copied
    start, end = np.searchsorted(numbers, ends).tolist()
    return start, end
