"""kill -9, again and again: what was acknowledged is there, nothing half is served, the next start needs no hand."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.conftest import address_of
from tests.durability.lives import Lives, end

KILLS = int(os.environ.get("CLOUDINDEX_KILLS", "20"))
SIDE_BY_SIDE = 2
# Not every kill that is meant to fall into a publication does: some come a moment too late.
INSIDE = 0.7


def all_lives(folder: Path, number: int) -> Lives:
    lives = Lives(folder, random.Random(number))  # noqa: S311  # not for secrets
    lives.prepare()
    for _ in range(KILLS // SIDE_BY_SIDE):
        lives.live(is_inside=lives.chance.random() < INSIDE)
    return lives


def test_a_service_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    folders = [tmp_path / str(number) for number in range(SIDE_BY_SIDE)]

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        finished = list(pool.map(all_lives, folders, range(SIDE_BY_SIDE)))

    assert sum(lives.killed_inside for lives in finished) >= KILLS // 2
    for lives in finished:
        process = lives.start()
        lives.check(address_of(process))
        end(process)
        time.sleep(0.5)
        assert lives.acknowledged
        assert lives.processes() == []
