"""Which entities are meant: the parameters of lists and exports that make a filter."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query

from api.parameters import split
from graph.atlas import BASIS, DOCUMENT, LANGUAGE, POLARITY, TYPE
from graph.errors import ParameterError
from graph.filters import EVERYTHING, And, Filter, Not, Term, parse, parse_term
from graph.selection import EXACT_TYPE, NAME, TEXT

LONGEST: Final = 4000
WITH: Final = (
    "A relation that the entity has: `uses`, `uses:ansible`, `uses:ansible,chef` (one of them), "
    "`uses:ConfigurationManagementTool` (anything of a class), `dependsOn*:openstack` (over any number of steps)."
)
FILTER: Final = (
    "Terms with `and`, `or`, `not` and brackets. A term is a field, perhaps with values of which one must fit: "
    "`type`, `exact_type`, `name`, `text`, `language`, `document`, `opinion`, `basis`, `relation`, an attribute or a "
    "relation of the ontology. Example: `type:Software and not uses:ansible and (opinion:pro or document:my-note)`."
)


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filter, and the slugs of the documents that it names in the parameter for them."""

    filter: Filter
    documents: tuple[str, ...]


def _described(description: str, *, alias: str | None = None) -> Any:
    return Query(alias=alias, description=description, max_length=20)


async def read_filter(
    types: Annotated[
        list[str] | None, _described("Classes of which one fits; so do narrower ones.", alias=TYPE)
    ] = None,
    exact_types: Annotated[list[str] | None, _described("Classes; narrower ones do not fit.", alias=EXACT_TYPE)] = None,
    having: Annotated[list[str] | None, _described(WITH, alias="with")] = None,
    lacking: Annotated[
        list[str] | None,
        _described("The same, for what nothing in the graph says of the entity.", alias="without"),
    ] = None,
    opinions: Annotated[
        list[str] | None, _described("Kinds of opinion, of which there is one: pro, con, …", alias=POLARITY)
    ] = None,
    documents: Annotated[list[str] | None, _described("Documents that speak of it.", alias=DOCUMENT)] = None,
    languages: Annotated[list[str] | None, _described("Languages that it has texts in.", alias=LANGUAGE)] = None,
    bases: Annotated[list[str] | None, _described("How statements on it were read: stated, …", alias=BASIS)] = None,
    names: Annotated[
        list[str] | None, _described("Its name, or with a star at its end how the name begins.", alias=NAME)
    ] = None,
    words: Annotated[str, Query(alias="q", max_length=200, description="A part of a name or another spelling.")] = "",
    filter_: Annotated[str, Query(alias="filter", max_length=LONGEST, description=FILTER)] = "",
) -> Filtered:
    """Return the filter that the parameters of a request make.

    Conditions of different parameters, and repeated ones, all hold; values with commas between them are alternatives.
    """
    fields_of_terms = (
        (TYPE, types),
        (EXACT_TYPE, exact_types),
        (POLARITY, opinions),
        (DOCUMENT, documents),
        (LANGUAGE, languages),
        (BASIS, bases),
        (NAME, names),
    )
    terms: list[Filter] = [
        Term(field, split([text]), parameter=field)
        for field, texts in fields_of_terms
        for text in texts or ()
        if text or field == NAME
    ]
    terms += [_condition(text, "with") for text in having or ()]
    terms += [Not(_condition(text, "without")) for text in lacking or ()]
    if words:
        terms.append(Term(TEXT, (words,), parameter="q"))
    if filter_:
        terms.append(parse(filter_))
    return Filtered(And(tuple(terms)) if terms else EVERYTHING, split(documents))


def _condition(text: str, parameter: str) -> Term:
    """Return a condition on a relation; a field that is none is refused later, by its name."""
    relation, _, _ = text.partition(":")
    if not relation.removesuffix("*"):
        raise ParameterError(parameter, relation, "say which relation, such as “uses:ansible”.")
    return parse_term(text, parameter=parameter)


FilterDep = Annotated[Filtered, Depends(read_filter)]
