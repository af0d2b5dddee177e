"""An example of every kind of problem, as the service writes it.

``python -m tests.problem_examples > docs/problems.md`` writes them down anew.
"""

import json
from pathlib import Path

from api import problems
from api.errors import (
    AnswerTooLargeError,
    CursorError,
    ForbiddenError,
    MediaTypeError,
    NotAcceptableError,
    SlowBodyError,
    SpoolBusyError,
    SpoolError,
    TokensFileError,
    TooLargeError,
    UnauthorizedError,
    UriTooLongError,
    WritesOffError,
)
from api.problems import STATUS, TYPES
from graph import errors
from graph.documents import Place, Problem, Severity
from graph.errors import GraphError

FOLDER = Path("data")
REJECTED = Problem(
    Severity.VIOLATION,
    Place("document/mine", 3, 5),
    "relation-unknown",
    "there is no relation “usesTol”.",
    fix="Did you mean “usesTool”?",
)
SAMPLES: tuple[GraphError, ...] = (
    errors.QuerySyntaxError("“SELEC” is not understood", line=1, column=1, word="SELEC", suggestions=("SELECT",)),
    errors.UnknownTermError(
        ("“ci:usesTol” is not in the ontology (did you mean ci:usesTool?)",),
        line=1,
        column=15,
        suggestions=("ci:usesTool",),
    ),
    errors.QueryRefusedError("The query is too deeply nested for the engine."),
    errors.RemoteRefusedError("This service does not ask dbpedia.org.", line=1, column=18),
    errors.EvaluationError("The query failed: the regular expression is too large."),
    errors.RemoteServiceError("dbpedia.org", "it did not answer in time", line=1, column=18),
    errors.EngineUnavailableError("fuseki:3030 takes no connection (Connection refused)", retry_seconds=4.0),
    errors.EngineAnswerError("The answer of the server was cut: fuseki:3030 broke the connection off. Ask again."),
    errors.EngineAccessError("The server fuseki:3030 wants another name or password than it was told (status 401)."),
    errors.LeaseLostError("3f2a9c1d77aa"),
    errors.WriteElsewhereError("3f2a9c1d77aa"),
    errors.SetOverwrittenError(7),
    errors.UnderivedError(250_000_000, 20_000_000),
    errors.NoHistoryError(6),
    errors.QueryTimeoutError(30.0),
    errors.QueryMemoryError(1 << 30),
    errors.QueryRowsError(10_000_000),
    errors.BusyError(64),
    errors.ParameterError(
        "type", "Instaler", "there is no such class.", suggestions=("Installer",), allowed=("Installer",)
    ),
    errors.UnknownEntityError("kubspray", ("kubespray",)),
    errors.MovedError("K8s", "kubernetes"),
    errors.UnknownStatementError("Ansible uses Kubespray", ("Kubespray uses Ansible",)),
    errors.UnknownKeyError("relation", "usesTol", ("usesTool",)),
    errors.UnknownDocumentError("claud-index", ("cloud-index",)),
    errors.UnknownGraphError("https://w3id.org/cloudindex/document/nothing"),
    errors.UnknownFormatError("turtel", ("turtle", "json-ld"), ("turtle",)),
    errors.FormatLimitError("mermaid", "edges", 1234, 500),
    errors.UnwritableError("http://example.org/1"),
    errors.GenerationGoneError(3),
    errors.UnknownGenerationError(99, 7),
    errors.NotBuiltError(),
    errors.WriteRefusedError("A plain dataset has no documents; write graphs."),
    errors.WriteConflictError("The graph does not exist."),
    errors.ReadOnlyError("data/notes/cloud-index.yaml is in a folder: change the file."),
    errors.RejectedError((REJECTED,)),
    errors.ImportRefusedError("notes/mine.md", "is not UTF-8: byte 0xe9 on line 3"),
    errors.BadGraphError("“.” is expected", line=2, column=14),
    errors.WriteLimitError("120 seconds"),
    errors.ValidationLimitError("20 seconds"),
    errors.ReportError("report.json", "it has no problems"),
    errors.BackupError("The archive is cut off: it ends before its checksums"),
    errors.EngineError("The store failed."),
    errors.OntologyError("cloudindex.ttl:132", "the prefix skos: has not been declared"),
    errors.DataFolderError(FOLDER),
    errors.QuestionsError("number 3 lacks its question or its sparql"),
    errors.StateFolderError(Path(".cloudindex"), "cannot be written: Permission denied"),
    NotAcceptableError("image/png", ("application/json",)),
    MediaTypeError("text/plain", ("application/json",)),
    TooLargeError(1 << 20),
    SlowBodyError(20.0),
    UriTooLongError(1 << 16),
    AnswerTooLargeError(1 << 30),
    SpoolBusyError(4),
    SpoolError("No space left on device"),
    CursorError(),
    UnauthorizedError(is_sent=False),
    ForbiddenError("write"),
    WritesOffError(),
    TokensFileError("it is not JSON"),
)
HEAD = f"""# Problems

Whatever goes wrong is told as `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
`type` is `{TYPES}` and the code; types and codes are stable, sentences are not.
When each comes is in the [reference](reference.md#errors).
Here is an example of each, as the service writes it; a test writes them again.
"""


def page() -> str:
    """Return the page with all examples, by code."""
    parts = [HEAD]
    for sample in sorted(SAMPLES, key=lambda one: one.code):
        response = problems.of_error(sample)
        body = json.dumps(json.loads(bytes(response.body)), indent=2, ensure_ascii=False)
        headers = [
            f"{name}: {sent}" for name, sent in response.headers.items() if name in ("retry-after", "www-authenticate")
        ]
        status = STATUS[type(sample)]
        parts.append(f"## `{sample.code}`\n")
        parts.append(f"Status {status.value}" + "".join(f", `{one}`" for one in headers) + "\n")
        parts.append(f"```json\n{body}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
