"""How often Python searches for values that can go but refer to one another: seldom, where next to nothing can."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# So many new values make Python search, in a program whose values mostly stay.
MANY_OBJECTS: Final = 100_000
# And while hundreds of thousands of values are made that all stay.
MOST_OBJECTS: Final = 200_000


@contextmanager
def few_collections() -> Iterator[None]:
    """Search seldom: hundreds of thousands of values that all stay would be looked through many times."""
    usual = gc.get_threshold()
    gc.set_threshold(MOST_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def no_collections() -> Iterator[None]:
    """Do not search, and never again through what is there at the end: for loading code, which stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
