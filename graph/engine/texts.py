"""The texts of documents, each kept once under the hash of its content.  Touches files."""

import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from graph.engine.generations import sync
from graph.errors import StateFolderError

# No text has a digest where none was read.
NAME: Final = re.compile(r"[0-9a-f]*(?:\.[a-z]{1,20})?")


class Texts:
    """The folder of texts below a state folder."""

    def __init__(self, state: Path) -> None:
        self._folder = state / "texts"

    def keep(self, content: bytes, suffix: str) -> str:
        """Keep *content*, on the disk when this returns, and return the hash that it is found by."""
        digest = sha256(content).hexdigest()
        path = self.path(digest, suffix)
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(descriptor)
                Path(name).rename(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            sync(path.parent)
        return digest

    def adopt(self, file: Path, digest: str, suffix: str) -> None:
        """Keep what *file* holds, whose hash is *digest*; the file is moved, and on the disk when this returns."""
        path = self.path(digest, suffix)
        if file.is_file() and not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            sync(file)
            file.rename(path)
            sync(path.parent)

    def path(self, digest: str, suffix: str) -> Path:
        """Return where the text with that hash is; a manifest that others have sent may name anything.

        Raises:
            StateFolderError: It names what may be outside of the folder.
        """
        if not NAME.fullmatch(f"{digest}{suffix}"):
            raise StateFolderError(self._folder, "is asked for a text under a name that no text has")
        return self._folder / digest[:2] / f"{digest}{suffix}"

    def sweep(self, wanted: Iterable[str]) -> None:
        """Delete every text whose hash is not *wanted*."""
        kept = frozenset(wanted)
        for path in self._folder.glob("??/*"):
            if path.stem not in kept:
                with suppress(OSError):
                    path.unlink()
