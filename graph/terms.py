"""IRIs of the terms that the code knows by name: the roles and the vocabularies they come from."""

from decimal import Decimal
from typing import Final

from pyoxigraph import Literal, NamedNode

CI: Final = "https://w3id.org/cloudindex/ontology#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SCHEMA: Final = "https://schema.org/"
PROV: Final = "http://www.w3.org/ns/prov#"
SHACL: Final = "http://www.w3.org/ns/shacl#"

TYPE: Final = NamedNode(f"{RDF}type")
NAME: Final = NamedNode(f"{SCHEMA}name")
LABEL: Final = NamedNode(f"{RDFS}label")
COMMENT: Final = NamedNode(f"{RDFS}comment")
SPELLING: Final = NamedNode(f"{SKOS}altLabel")
DESCRIPTION: Final = NamedNode(f"{DCTERMS}description")
LANGUAGE: Final = NamedNode(f"{DCTERMS}language")
URL: Final = NamedNode(f"{SCHEMA}url")
HOMEPAGE: Final = NamedNode("http://xmlns.com/foaf/0.1/homepage")
REPLACED_BY: Final = NamedNode(f"{DCTERMS}isReplacedBy")
PART_OF: Final = NamedNode(f"{DCTERMS}isPartOf")

ENTITY: Final = NamedNode(f"{CI}Entity")
DOCUMENT: Final = NamedNode(f"{CI}Document")
SECTION: Final = NamedNode(f"{CI}Section")
OPINION: Final = NamedNode(f"{CI}Opinion")
QUESTION: Final = NamedNode(f"{CI}Question")
RECORD: Final = NamedNode(f"{CI}Record")
POLARITY_CLASS: Final = NamedNode(f"{CI}Polarity")
BASIS_CLASS: Final = NamedNode(f"{CI}Basis")
RELATION_CLASS: Final = NamedNode(f"{CI}Relation")
ATTRIBUTE_CLASS: Final = NamedNode(f"{CI}Attribute")

STATEMENT: Final = NamedNode(f"{RDF}Statement")
SUBJECT: Final = NamedNode(f"{RDF}subject")
PREDICATE: Final = NamedNode(f"{RDF}predicate")
OBJECT: Final = NamedNode(f"{RDF}object")
SOURCE: Final = NamedNode(f"{DCTERMS}source")
EDGE: Final = NamedNode(f"{CI}edge")
STATED_IN_SECTION: Final = NamedNode(f"{CI}section")
LINE: Final = NamedNode(f"{CI}line")
WRITTEN_LINE: Final = NamedNode(f"{CI}writtenLine")
BASIS: Final = NamedNode(f"{CI}basis")
WORDS: Final = NamedNode(f"{CI}words")
ACCEPTED_BY: Final = NamedNode(f"{CI}acceptedBy")
ACCEPTED_ON: Final = NamedNode(f"{DCTERMS}dateAccepted")
WRITTEN_BY: Final = NamedNode(f"{CI}writtenBy")
REQUEST: Final = NamedNode(f"{CI}request")
CREATED: Final = NamedNode(f"{DCTERMS}created")
RULE: Final = NamedNode(f"{CI}rule")
PREMISE: Final = NamedNode(f"{CI}premise")

PROPOSAL: Final = NamedNode(f"{CI}Proposal")
PROPOSED_SUBJECT: Final = NamedNode(f"{CI}proposedSubject")
PROPOSED_PREDICATE: Final = NamedNode(f"{CI}proposedPredicate")
PROPOSED_OBJECT: Final = NamedNode(f"{CI}proposedObject")
PROPOSED_EDGE: Final = NamedNode(f"{CI}proposedEdge")
PROPOSED_BY: Final = NamedNode(f"{CI}proposedBy")
CONFIDENCE: Final = NamedNode(f"{CI}confidence")
REASON: Final = NamedNode(f"{CI}reason")
SAME: Final = NamedNode(f"{SKOS}exactMatch")
APART: Final = NamedNode(f"{OWL}differentFrom")
JOIN: Final = NamedNode(f"{CI}Join")
JOINED: Final = NamedNode(f"{CI}joined")
JOINED_BY: Final = NamedNode(f"{CI}joinedBy")
JOINED_VALUE: Final = NamedNode(f"{CI}joinedValue")

STATUS: Final = NamedNode(f"{CI}status")
LINE_COUNT: Final = NamedNode(f"{CI}lineCount")
LEVEL: Final = NamedNode(f"{CI}level")
REFERENCES: Final = NamedNode(f"{CI}references")
IN_SECTION: Final = NamedNode(f"{CI}inSection")
HAS_OPINION: Final = NamedNode(f"{CI}hasOpinion")
POLARITY: Final = NamedNode(f"{CI}polarity")
GRADE: Final = NamedNode(f"{CI}grade")
HAS_QUESTION: Final = NamedNode(f"{CI}hasQuestion")
ASKS_RELATION: Final = NamedNode(f"{CI}asksRelation")
ASKS_TARGET: Final = NamedNode(f"{CI}asksTarget")

STATED: Final = NamedNode(f"{CI}stated")
ADDRESS: Final = NamedNode(f"{CI}address")
NESTING: Final = NamedNode(f"{CI}nesting")
WRITTEN: Final = NamedNode(f"{CI}written")

DOCUMENT_RELATION_CLASS: Final = NamedNode(f"{CI}DocumentRelation")
SUBCLASS_OF: Final = NamedNode(f"{RDFS}subClassOf")
SUBPROPERTY_OF: Final = NamedNode(f"{RDFS}subPropertyOf")
INVERSE_OF: Final = NamedNode(f"{OWL}inverseOf")
SYMMETRIC: Final = NamedNode(f"{OWL}SymmetricProperty")
TRANSITIVE: Final = NamedNode(f"{OWL}TransitiveProperty")
IDENTIFYING: Final = NamedNode(f"{OWL}InverseFunctionalProperty")
OWL_CLASS: Final = NamedNode(f"{OWL}Class")
OWL_ONTOLOGY: Final = NamedNode(f"{OWL}Ontology")
DOMAIN_INCLUDES: Final = NamedNode(f"{SCHEMA}domainIncludes")
RANGE_INCLUDES: Final = NamedNode(f"{SCHEMA}rangeIncludes")
SENTENCE: Final = NamedNode(f"{CI}sentence")
KEY: Final = NamedNode(f"{CI}key")
ADDRESS_FORM: Final = NamedNode(f"{CI}addressForm")
COLOUR: Final = NamedNode(f"{CI}colour")

XSD_STRING: Final = NamedNode(f"{XSD}string")
XSD_INTEGER: Final = NamedNode(f"{XSD}integer")
XSD_DECIMAL: Final = NamedNode(f"{XSD}decimal")
XSD_DATE: Final = NamedNode(f"{XSD}date")
XSD_DATE_TIME: Final = NamedNode(f"{XSD}dateTime")
XSD_ANY_URI: Final = NamedNode(f"{XSD}anyURI")


def integer(value: int) -> Literal:
    """Return a whole number as a literal."""
    return Literal(str(value), datatype=XSD_INTEGER)


def decimal(value: float) -> Literal:
    """Return a number as a literal without an exponent.

    >>> str(decimal(0.85).value), str(decimal(1.0).value), str(decimal(1e-05).value)
    ('0.85', '1', '0.00001')
    """
    return Literal(f"{Decimal(str(value)).normalize():f}", datatype=XSD_DECIMAL)
