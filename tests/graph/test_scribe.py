"""The process that does the writes: what it does not expect ends one write, not the process."""

import asyncio
import traceback
from pathlib import Path
from typing import cast

import pytest

from graph.desk import Desk
from graph.errors import EngineError
from graph.iris import Iris
from graph.limits import WriteLimits
from graph.plain import open_plain
from graph.writer import Writer
from graph.writes import Author, PutGraph, Write

AUTHOR = Author("a-test", "r1")
# Stands for any mistake of ours that a write may meet.
NO_WRITE = cast("Write", "what nobody knows how to do")


def test_a_failure_that_nobody_expected_is_told_and_the_next_write_is_done(tmp_path: Path, iris: Iris) -> None:
    before = open_plain(tmp_path, iris.base)
    good = PutGraph("http://example.org/graph", (("<a:a> <a:b> <a:c> .", "turtle"),), "")

    async def failed_and_done() -> tuple[EngineError, int]:
        writer = Writer(Desk(tmp_path, None, iris.base, is_plain=True), WriteLimits())
        try:
            with pytest.raises(EngineError) as failure:
                await writer.perform(NO_WRITE, AUTHOR)
            return failure.value, (await writer.perform(good, AUTHOR)).generation
        finally:
            await writer.close()

    failure, generation = asyncio.run(failed_and_done())

    assert generation == before.id + 1
    assert str(failure) == "The write failed in a way that nobody expected; what happened is in the log of the service."
    assert "KeyError" in "".join(traceback.format_exception(failure))  # which is what the log holds
