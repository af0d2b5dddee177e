"""Puts the service together; no behaviour of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import (
    about,
    by_id,
    claims,
    docs_page,
    documents,
    edge,
    entities,
    explorer,
    exports,
    generations,
    health,
    linked_data,
    listing,
    metrics,
    neighbourhood,
    ontology,
    openapi,
    paths,
    problems,
    readiness,
    rejections,
    search,
    sparql,
    sparql_check,
    store,
    subgraph,
    update,
    validation,
    void,
)
from api.failures import Failures
from api.following import Following
from api.head import HeadAsGet
from api.kept import KeptAnswers, NothingKept
from api.origins import EVERY_ORIGIN
from api.packing import WantedPacking
from api.privacy import Private
from api.serving import Serving
from api.settings import Settings
from api.spool import Spools
from api.tokens import Tokens
from api.watching import Watching
from graph.engine.pool import Tally
from graph.formats import NETWORKS
from graph.home import Here, Home
from graph.index import Index
from graph.limits import WriteLimits
from graph.plain_elsewhere import PlainElsewhere
from graph.replication import Elsewhere
from graph.writer import Writer

ROUTERS = (
    listing.router,
    by_id.router,
    entities.router,
    neighbourhood.router,
    subgraph.router,
    paths.router,
    search.router,
    claims.router,
    exports.router,
    documents.router,
    validation.router,
    generations.router,
    ontology.router,
    about.router,
    sparql_check.router,
    linked_data.router,
    void.router,
    health.router,
    readiness.router,
    metrics.router,
)
# Deriving what answers come from takes long where a graph is large.
UNHURRIED = WriteLimits(seconds=86_400.0, memory_bytes=64 << 30)
# Archives are packed already.
PACKED = tuple(sorted({one.media_type for one in NETWORKS if one.media_type.endswith("zip")}))
DESCRIPTION = (
    "A validated knowledge graph of the cloud-native landscape. "
    "Every relation says which document states it, and on which line."
)


def create_app(settings: Settings, index: Index, home_or_none: Home | None = None) -> FastAPI:
    """Return the service that answers from *index*, whose graph lives at a home, else on this machine."""
    home: Home = home_or_none or Here(index.iris)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.serving = Serving(app, settings, index, home)
        app.state.writer = Writer(settings.desk(), settings.write_limits())
        app.state.trials = Writer(settings.desk(), settings.trial_limits())
        app.state.serving.start()
        if isinstance(home, Elsewhere | PlainElsewhere):
            app.state.following = Following(home, Writer(settings.desk(), UNHURRIED), app.state.serving)
            app.state.following.start()
        if settings.watch:
            app.state.watching = Watching(settings.data, settings.state, app.state.writer, app.state.serving)
            app.state.watching.start()
        try:
            yield
        finally:
            for watcher in (app.state.watching, app.state.following):
                if watcher is not None:
                    await watcher.close()
            await app.state.writer.close()
            await app.state.trials.close()
            await app.state.serving.close()

    app = FastAPI(
        title="Cloud Index",
        description=DESCRIPTION,
        version=version("cloudindex"),
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it looks for exporters at each request
    )
    app.state.settings = settings
    app.state.tokens = Tokens(settings.state, settings.tokens)
    app.state.tally = Tally()
    app.state.watching = app.state.following = None
    app.state.reading = 0
    app.state.counted = void.Counted()
    app.state.spools = Spools(settings.state / "tmp", settings.spool_bytes)
    app.add_middleware(HeadAsGet)
    app.add_middleware(WantedPacking, minimum_size=1024, compresslevel=5, exclude_content_types=PACKED)
    app.add_middleware(KeptAnswers)
    app.add_middleware(Failures)
    app.add_middleware(CORSMiddleware, **EVERY_ORIGIN)
    app.add_middleware(sparql.Queries)
    app.add_middleware(Failures)
    if settings.shared_writers:
        app.add_middleware(NothingKept)
    if settings.private:
        app.add_middleware(Private)
    edge.register(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    docs_page.register(app)
    explorer.register(app)
    for protocol in (sparql, update, store):
        protocol.register(app)
    openapi.register(app)
    problems.register(app)
    rejections.register(app)
    return app
