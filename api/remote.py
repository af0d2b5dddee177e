"""A query that asks other services: led through the gateway, and what went wrong there told."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from graph.engine.gateway import Gateway
from graph.engine.jobs import Job
from graph.errors import EngineError, EvaluationError
from graph.federation import Call


@asynccontextmanager
async def led(job: Job, calls: Sequence[Call], gateway: Gateway) -> AsyncIterator[Job]:
    """Yield *job* as it is to be run: where it calls others, through *gateway*.

    Its answer is to be sent only after the block: the engine passes over a failure inside ``FILTER EXISTS``.

    Raises:
        RemoteServiceError: A service gave no answer.
    """
    if not calls:
        yield job
        return
    async with gateway.open(calls) as passage:
        try:
            yield passage.lead(job)
        except (EngineError, EvaluationError) as error:
            raise await passage.explained(error) from error
        failure = await passage.failure()
        if failure is not None:
            raise failure
