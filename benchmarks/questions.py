"""Twenty questions as analysts ask them, of the made-up landscape, in words and in SPARQL; each has an answer."""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "how many things of each class": """
        SELECT ?class (COUNT(?thing) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things)
    """,
    "the ten things that most others depend on": """
        SELECT ?name (COUNT(?other) AS ?others) { ?other ci:dependsOn ?thing . ?thing schema:name ?name }
        GROUP BY ?name ORDER BY DESC(?others) LIMIT 10
    """,
    "the ten things with the most relations of any kind": """
        SELECT ?thing (COUNT(*) AS ?relations) { ?thing ?relation ?other . ?other a ci:Entity }
        GROUP BY ?thing ORDER BY DESC(?relations) ?thing LIMIT 10
    """,
    "installers that require what requires a part of other software": """
        SELECT DISTINCT ?name {
          ?installer a ci:ClusterInstaller ; ci:requires ?middle ; schema:name ?name .
          ?middle ci:requires/ci:partOf ?whole . ?whole a ci:Software
        } LIMIT 100
    """,
    "services with who offers them and how many those offer": """
        SELECT ?service ?provider (COUNT(?other) AS ?others) {
          ?service a ci:ManagedKubernetes ; ci:offeredBy ?provider .
          ?provider ci:offers ?other
        } GROUP BY ?service ?provider
    """,
    "three hops from a load balancer to a provider": """
        SELECT (COUNT(*) AS ?chains) {
          ?start a ci:LoadBalancer ; ci:uses ?first . ?first ci:requires ?second . ?second ci:uses ?end .
          ?end a ci:CloudProvider
        }
    """,
    "names that a pattern fits": r"""
        SELECT ?thing ?name { ?thing schema:name ?name FILTER regex(?name, "^(iron|jade) k.*7$", "i") }
    """,
    "descriptions that contain a word": """
        SELECT ?thing ?text { ?thing dcterms:description ?text FILTER CONTAINS(LCASE(?text), "harbours") } LIMIT 50
    """,
    "software with its maturity where one is known": """
        SELECT ?name ?maturity {
          ?thing a ci:ServiceMesh ; schema:name ?name OPTIONAL { ?thing ci:maturity ?maturity }
        } ORDER BY ?name LIMIT 200
    """,
    "everything that rests on one thing, however far": """
        SELECT (COUNT(DISTINCT ?above) AS ?things) { ?above ci:dependsOn+ id:entity-2 }
    """,
    "what rests on one thing, over one or two steps": """
        SELECT DISTINCT ?above { ?above ci:requires/ci:uses? id:entity-2 } LIMIT 1000
    """,
    "licences with more than a hundred projects": """
        SELECT ?licence (COUNT(*) AS ?projects) { ?project ci:licence ?licence }
        GROUP BY ?licence HAVING (COUNT(*) > 100) ORDER BY ?licence
    """,
    "a graph of installers and what they use": """
        CONSTRUCT { ?installer ci:uses ?used . ?used schema:name ?name }
        WHERE { ?installer a ci:ClusterInstaller ; ci:uses ?used . ?used schema:name ?name }
    """,
    "all that is said of one thing": """
        DESCRIBE id:entity-10
    """,
    "who says that, and on which line": """
        SELECT ?target ?source ?line {
          GRAPH ?records {
            ?record rdf:subject id:entity-777 ; rdf:predicate ?relation ; rdf:object ?target ;
              dcterms:source ?source ; ci:line ?line
          }
        }
    """,
    "how many statements each graph holds": """
        SELECT ?graph (COUNT(*) AS ?statements) { GRAPH ?graph { ?thing ?relation ?value } }
        GROUP BY ?graph ORDER BY DESC(?statements)
    """,
    "the first fifty names in order": """
        SELECT DISTINCT ?name { ?thing a ci:Software ; schema:name ?name } ORDER BY ?name LIMIT 50
    """,
    "software that needs more than the average does": """
        SELECT ?thing ?needs {
          { SELECT ?thing (COUNT(?needed) AS ?needs) { ?thing a ci:Software ; ci:dependsOn ?needed } GROUP BY ?thing }
          { SELECT (AVG(?count) AS ?average) {
              SELECT ?any (COUNT(?needed) AS ?count) { ?any a ci:Software ; ci:dependsOn ?needed } GROUP BY ?any } }
          FILTER (?needs > ?average)
        } LIMIT 100
    """,
    "what three given things have in common": """
        SELECT ?given ?relation ?other {
          VALUES ?given { id:entity-300 id:entity-301 id:entity-302 }
          ?given ?relation ?other . ?other a ci:Entity
        }
    """,
    "mature software that no MIT project requires and that is not copyleft": """
        SELECT ?name {
          ?thing ci:maturity "graduated" ; schema:name ?name
          FILTER NOT EXISTS { ?other ci:requires ?thing ; ci:licence "MIT" }
          MINUS { ?thing ci:licence "GPL-3.0-only" }
        } LIMIT 100
    """,
}
