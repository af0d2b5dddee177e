"""The programs that exports are for: each reads a file and says which nodes and edges it found, by their labels."""

import io
import json
import re
import shutil
import subprocess
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import igraph
import networkx
import pandas
import yaml

from graph import formats
from graph.exports.network import Edge, Node
from graph.formats import Format
from tests.conftest import ROOT

MODULES = ROOT / ".venv/clients/node_modules"
SCRIPT = Path(__file__).with_name("readers.mjs")
# What reads XML as a page does, without a browser, takes 35 KiB for each edge.
MOST_NODES_OF_A_PAGE = 20_000
SCHEMA = Path(__file__).with_name("jgf.schema.json")
# How long a program may take, and how many MiB one of Node may: the large graphs of `test_size` want much.
PATIENCE_SECONDS = 3600
NODE_MEBIBYTES = 12_000


@dataclass(frozen=True, slots=True)
class Found:
    """What a program has read: labels of nodes, and of edges between labels."""

    nodes: Counter[str]
    edges: Counter[tuple[str, str, str]]

    @classmethod
    def of(cls, nodes: Iterable[str], edges: Iterable[Iterable[str]]) -> "Found":
        """Return what was found; spaces are told as one, as some formats have no others in labels."""
        told = [tuple(map(_on_one_line, edge)) for edge in edges]
        return cls(Counter(map(_on_one_line, nodes)), Counter(told))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Reader:
    """A program, the format it reads, and what it needs to be there.

    Attributes:
        most_nodes: How many nodes, with five edges each, it reads in some gigabytes; 0 sets no limit.
    """

    name: str
    form: Format
    read: Callable[[Path], Found]
    needs: tuple[str, ...] = ()
    most_nodes: int = 0

    @property
    def missing(self) -> str:
        """What of it is not there; empty where all is."""
        for need in self.needs:
            if shutil.which(need) is None and not (MODULES / need).exists():
                return f"{need} is not installed"
        return ""


def expected(nodes: Iterable[Node], edges: Iterable[Edge]) -> Found:
    """Return what a program should find."""
    labels = {node.id: node.label for node in nodes}
    return Found.of(labels.values(), ((labels[one.source], one.label, labels[one.target]) for one in edges))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _networkx(graph: Any) -> Found:
    label = dict(graph.nodes(data="label"))
    return Found.of(
        label.values(), ((label[one], said["label"], label[other]) for one, other, said in graph.edges(data=True))
    )


def _networkx_graphml(path: Path) -> Found:
    return _networkx(networkx.read_graphml(path, force_multigraph=True))


def _networkx_gexf(path: Path) -> Found:
    return _networkx(networkx.read_gexf(path))


def _networkx_cytoscape(path: Path) -> Found:
    return _networkx(networkx.cytoscape_graph(json.loads(path.read_bytes())))


def _networkx_d3(path: Path) -> Found:
    return _networkx(networkx.node_link_graph(json.loads(path.read_bytes()), edges="links"))


def _igraph(path: Path) -> Found:
    graph = igraph.Graph.Read_GraphML(str(path))
    label = graph.vs["label"]
    edges = ((label[one.source], one["label"], label[one.target]) for one in graph.es)
    return Found.of(label, edges)


def _graphviz(path: Path) -> Found:
    def told(program: str) -> list[list[str]]:
        run = subprocess.run(("gvpr", program, str(path)), capture_output=True, check=True, timeout=PATIENCE_SECONDS)
        return [line.split("\x1f") for line in run.stdout.decode().split("\x1e")[:-1]]

    label = {one[0]: _of_dot(one[1]) for one in told('N{printf("%s\x1f%s\x1e", $.name, $.label)}')}
    edges = told('E{printf("%s\x1f%s\x1f%s\x1e", $.tail.name, $.label, $.head.name)}')
    return Found.of(label.values(), ((label[one], _of_dot(word), label[other]) for one, word, other in edges))


def _of_dot(text: str) -> str:
    """Return what is drawn for a label: its escapes are for the one who draws."""
    return unescape(re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], text))


def _drawn(path: Path) -> Found:
    """Read what ``dot`` draws: the titles of edges are the ids of their ends."""
    run = subprocess.run(("dot", "-Tplain", str(path)), capture_output=True, check=True, timeout=120)
    assert run.stdout.startswith(b"graph")
    picture = subprocess.run(("dot", "-Tsvg", str(path)), capture_output=True, check=True, timeout=120)
    assert picture.stdout.rstrip().endswith(b"</svg>")
    return _graphviz(path)


def _ndex(path: Path) -> Found:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ndex2.cx2 import RawCX2NetworkFactory  # noqa: PLC0415  # it warns when it is imported

        network = RawCX2NetworkFactory().get_cx2network(json.loads(path.read_bytes()))
    label = {number: one["v"]["name"] for number, one in network.get_nodes().items()}
    edges = ((label[one["s"]], one["v"]["label"], label[one["t"]]) for one in network.get_edges().values())
    return Found.of(label.values(), edges)


def _tables(path: Path, edges: str = "edges.csv") -> tuple[Any, Any]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        read = [
            pandas.read_csv(io.BytesIO(archive.read(name)), dtype=str, keep_default_na=False, encoding="utf-8-sig")
            for name in ("nodes.csv", edges)
        ]
    return read[0], read[1]


def _spreadsheet(path: Path) -> Found:
    nodes, edges = _tables(path)
    plain = {row["id"]: row["label"].removeprefix("'") for _, row in nodes.iterrows()}
    told = ((plain[row["from id"]], row["relation"], plain[row["to id"]]) for _, row in edges.iterrows())
    return Found.of(plain.values(), told)


def _gephi(path: Path) -> Found:
    nodes, edges = _tables(path)
    label = dict(zip(nodes["Id"], nodes["Label"], strict=True))
    told = zip(edges["Source"].map(label), edges["Label"], edges["Target"].map(label), strict=True)
    assert set(edges["Type"]) <= {"Directed"}
    return Found.of(label.values(), told)


def _neo4j(path: Path) -> Found:
    nodes, edges = _tables(path, "relationships.csv")
    label = dict(zip(nodes["id:ID"], nodes["label"], strict=True))
    told = zip(edges[":START_ID"].map(label), edges["label"], edges[":END_ID"].map(label), strict=True)
    return Found.of(label.values(), told)


def _obsidian(path: Path) -> Found:
    """Read the notes: their properties, their headings, and every link, which must lead to a note."""
    with zipfile.ZipFile(path) as archive:
        notes = {
            Path(name).stem if name.endswith(".md") else name: archive.read(name).decode()
            for name in archive.namelist()
        }
        assert len({name.casefold() for name in archive.namelist()}) == len(archive.namelist())
    parts = {title: note.split("---\n", 2) for title, note in notes.items()}
    properties = {title: yaml.safe_load(part[1]) for title, part in parts.items()}
    heading = {title: re.search(r"^# (.*)$", part[2], re.MULTILINE) for title, part in parts.items()}
    label = {title: found[1] if found else "" for title, found in heading.items()}
    assert all(
        facts["id"] and label[title] in map(_on_one_line, facts["aliases"]) for title, facts in properties.items()
    )
    edges = []
    for title, part in parts.items():
        relation = ""
        for line in part[2].splitlines():
            relation = line.removeprefix("## ") if line.startswith("## ") else relation
            link = re.match(r"- \[\[([^|\]]+)\|([^\]]*)\]\]: ", line)
            if link:
                edges.append((label[title], relation, label[link[1]]))
    return Found.of(label.values(), edges)


def _of_node(reader: str) -> Callable[[Path], Found]:
    def read(path: Path) -> Found:
        command = (
            "node",
            f"--max-old-space-size={NODE_MEBIBYTES}",
            str(SCRIPT),
            reader,
            str(path),
            str(MODULES),
            str(SCHEMA),
        )
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
        assert run.returncode == 0, run.stderr[-2000:]
        found = json.loads(run.stdout.splitlines()[-1])
        return Found.of(found["nodes"], found["edges"])

    return read


READERS = (
    Reader("networkx", formats.GRAPHML, _networkx_graphml),
    Reader("igraph", formats.GRAPHML, _igraph),
    Reader("graphology", formats.GRAPHML, _of_node("graphml"), ("node", "graphology-graphml"), MOST_NODES_OF_A_PAGE),
    Reader("networkx", formats.GEXF, _networkx_gexf),
    Reader("graphology", formats.GEXF, _of_node("gexf"), ("node", "graphology-gexf"), MOST_NODES_OF_A_PAGE),
    Reader("gvpr", formats.DOT, _graphviz, ("gvpr",)),
    Reader("cytoscape", formats.CYTOSCAPE, _of_node("cytoscape"), ("node", "cytoscape")),
    Reader("networkx", formats.CYTOSCAPE, _networkx_cytoscape),
    Reader("ndex2", formats.CX2, _ndex),
    Reader("d3-force", formats.D3, _of_node("d3"), ("node", "d3-force")),
    Reader("networkx", formats.D3, _networkx_d3),
    Reader("ajv", formats.JGF, _of_node("jgf"), ("node", "ajv")),
    Reader("mermaid", formats.MERMAID, _of_node("mermaid"), ("node", "mermaid")),
    Reader("pandas", formats.TABLES, _spreadsheet),
    Reader("pandas", formats.GEPHI_TABLES, _gephi),
    Reader("pandas", formats.NEO4J_TABLES, _neo4j),
    Reader("yaml", formats.OBSIDIAN, _obsidian),
)
DRAWN = Reader("dot", formats.DOT, _drawn, ("dot", "gvpr"))
