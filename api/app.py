"""Puts the service together; no behaviour of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi_swagger import patch_fastapi

from api import entities, health, linked_data, ontology, openapi, problems, sparql
from api.answers import GENERATION
from api.cache import Cache
from api.head import HeadAsGet
from api.kept import KeptAnswers
from api.privacy import Private
from api.settings import Settings
from api.tokens import Tokens
from graph.engine.pool import Pool
from graph.engine.workers import Nursery
from graph.index import Index

ROUTERS = (entities.router, ontology.router, linked_data.router, health.router)
DESCRIPTION = (
    "A validated knowledge graph of the cloud-native landscape. "
    "Every relation says which document states it, and on which line."
)


def create_app(settings: Settings, index: Index) -> FastAPI:
    """Return the service that answers from *index*."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.nursery = Nursery()
        app.state.pool = Pool(index.generation.store_folder, settings.limits(), app.state.nursery)
        try:
            yield
        finally:
            await app.state.pool.close()
            await app.state.nursery.close()

    app = FastAPI(
        title="Cloud Index",
        description=DESCRIPTION,
        version=version("cloudindex"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
    )
    app.state.settings = settings
    app.state.index = index
    app.state.cache = Cache(settings.cache_bytes)
    app.state.tokens = Tokens(settings.state)
    app.add_middleware(KeptAnswers)
    if settings.private:
        app.add_middleware(Private)
    app.add_middleware(HeadAsGet)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "QUERY"],
        allow_headers=["*"],
        expose_headers=["ETag", "Link", "Retry-After", "WWW-Authenticate", GENERATION, sparql.HINT],
        max_age=86_400,
    )
    for router in ROUTERS:
        app.include_router(router)
    patch_fastapi(app)  # the page at /docs with scripts of its own, so that it works without the internet
    sparql.register(app)
    openapi.register(app)
    problems.register(app)
    return app
