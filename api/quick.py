"""Answers that cost little and are asked for most, made before the web framework begins to think: single entities."""

import re
from typing import Final

from api.answers import to_json
from api.cache import Answer
from graph.atlas import NOTHING
from graph.entities import find_entity
from graph.errors import GraphError
from graph.index import Index

ENTITY: Final = re.compile(r"/api/entities/([a-z0-9.\-]+)")
# An entity with more relations takes so long that others would have to wait.
MOST_RELATIONS: Final = 200


def quick_answer(path: str, index: Index) -> Answer | None:
    """Return the answer to a request without parameters, if it is one for an entity that is soon told."""
    asked = ENTITY.fullmatch(path)
    if asked is None or not index.is_at_hand or not index.derived.is_open:
        return None
    node = index.atlas.number(asked[1])
    if node == NOTHING or index.atlas.degrees[node] > MOST_RELATIONS:
        return None
    try:
        return Answer.of(to_json(find_entity(asked[1], index.reader, index.catalogue)))
    except GraphError:
        return None  # whoever answers all others says what is wrong
