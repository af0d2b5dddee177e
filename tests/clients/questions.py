"""What the clients ask: complete queries, since not every client leaves prefixes to the service."""

from typing import Final

ID: Final = "https://w3id.org/cloudindex/id/"
CI: Final = "https://w3id.org/cloudindex/ontology#"
DOCUMENT: Final = "https://w3id.org/cloudindex/document/"
PREFIXES: Final = f"PREFIX id: <{ID}> PREFIX ci: <{CI}> PREFIX schema: <https://schema.org/> "

SELECT: Final = (
    PREFIXES + "SELECT DISTINCT ?name { id:configuration-management ci:usesTool/schema:name ?name } ORDER BY ?name"
)
NAMES: Final = ["Ansible", "Chef", "Puppet"]
YES: Final = PREFIXES + "ASK { id:kubespray ci:usesTool id:ansible }"
NO: Final = PREFIXES + "ASK { id:ansible ci:usesTool id:kubespray }"
CONSTRUCT: Final = PREFIXES + "CONSTRUCT { ?tool ci:usedBy id:kubespray } { id:kubespray ci:usesTool ?tool }"
TRIPLE: Final = (f"{ID}ansible", f"{CI}usedBy", f"{ID}kubespray")

# Wrong in the eyes of the service, at its second line, and of any parser.
BROKEN: Final = "SELECT ?tool WHERE {\n  ?tool a ; }"
# Right for the parser of a client, refused by the service.
REFUSED: Final = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
# The same question as SELECT, too long for an address.
LONG: Final = SELECT.replace("} ORDER", f"VALUES ?any {{ {' '.join(f'id:entity-{n}' for n in range(2500))} }} }} ORDER")
