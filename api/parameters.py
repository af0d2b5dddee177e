"""What several endpoints read from their parameters in the same way."""

from collections.abc import Iterable

from graph.errors import ParameterError
from graph.index import Index
from graph.nearness import nearest


def split(values: Iterable[str] | None) -> tuple[str, ...]:
    """Return the words in *values*, each of which may hold several with commas between them, each once."""
    return tuple(dict.fromkeys(word.strip() for value in values or () for word in value.split(",") if word.strip()))


def check_language(language: str, index: Index) -> None:
    """Refuse a language that the ontology has no texts in.

    Raises:
        ParameterError: It is such a one.
    """
    known = index.vocabulary.languages
    if language and language not in known:
        raise ParameterError(
            "lang", language, "there are no texts in it.", suggestions=nearest(language, known), allowed=known
        )


def entity_reference(parameter: str, slug: str, index: Index) -> str:
    """Return what stands for an entity in the atlas.

    Raises:
        ParameterError: There is no such entity.
    """
    if index.atlas.number(slug) >= 0:
        return slug
    raise ParameterError(parameter, slug, "there is no such entity.", suggestions=index.catalogue.near(slug)[:3])


def document_slug(slug: str, index: Index) -> str:
    """Return the slug of a document that is published.

    Raises:
        ParameterError: There is no such document.
    """
    known = [document.slug for document in index.generation.manifest.documents if document.digest]
    if slug in known:
        return slug
    raise ParameterError("document", slug, "there is no such document.", suggestions=nearest(slug, known))
