"""Arrays in files that are read where they lie, by any number of processes.  Touches files."""

from pathlib import Path
from typing import Any

import numpy as np


def mapped(path: Path) -> Any:
    """Return the array in a file; what is not looked at is not read.

    Raises:
        OSError, ValueError: It is not there, or none.
    """
    return np.load(path, mmap_mode="r").view(np.ndarray)  # as a plain array it is quicker to look into
