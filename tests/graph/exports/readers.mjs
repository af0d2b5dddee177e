// Reads an export as programs of the web do, and prints the labels of its nodes and its edges as JSON:
// node readers.mjs READER FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[4]}/`);
const [, , reader, file] = process.argv;
const text = readFileSync(file, "utf8");

// Some of these programs live in pages.
async function inPage() {
  const { JSDOM } = require("jsdom");
  const { window } = new JSDOM("");
  const { document, Document, DOMParser } = window;
  Object.assign(globalThis, { window, document, Document, DOMParser });
}

function ofGraphology(graph) {
  const label = (node) => graph.getNodeAttribute(node, "label");
  return {
    nodes: graph.nodes().map(label),
    edges: graph.mapEdges((_, attributes, source, target) => [label(source), attributes.label, label(target)]),
  };
}

const readers = {
  async gexf() {
    await inPage();
    const { MultiDirectedGraph } = require("graphology");
    return ofGraphology(require("graphology-gexf/browser").parse(MultiDirectedGraph, text));
  },
  async graphml() {
    await inPage();
    const { MultiDirectedGraph } = require("graphology");
    return ofGraphology(require("graphology-graphml/browser").parse(MultiDirectedGraph, text));
  },
  async cytoscape() {
    const graph = require("cytoscape")({ headless: true, elements: JSON.parse(text).elements });
    return {
      nodes: graph.nodes().map((node) => node.data("label")),
      edges: graph
        .edges()
        .map((edge) => [edge.source().data("label"), edge.data("label"), edge.target().data("label")]),
    };
  },
  async d3() {
    const { forceSimulation, forceLink } = await import(require.resolve("d3-force"));
    const { nodes, links } = JSON.parse(text);
    forceSimulation(nodes)
      .force("link", forceLink(links).id((node) => node.id))
      .stop()
      .tick();
    return {
      nodes: nodes.map((node) => node.label),
      edges: links.map((link) => [link.source.label, link.label, link.target.label]),
    };
  },
  async jgf() {
    const Ajv = require("ajv/dist/2020").default;
    const check = new Ajv({ strict: true }).compile(JSON.parse(readFileSync(process.argv[5], "utf8")));
    const graph = JSON.parse(text);
    if (!check(graph)) throw new Error(JSON.stringify(check.errors));
    const { nodes, edges } = graph.graph;
    return {
      nodes: Object.values(nodes).map((node) => node.label),
      edges: edges.map((edge) => [nodes[edge.source].label, edge.label, nodes[edge.target].label]),
    };
  },
  async mermaid() {
    await inPage();
    const { default: mermaid } = await import(require.resolve("mermaid"));
    mermaid.initialize({});
    await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    // It shows signs by their numbers; it keeps them apart as ﬂ°°35¶ß until it draws.
    const shown = (label) => label.replace(/(?:ﬂ°°|#)(\d+)(?:¶ß|;)/g, (_, number) => String.fromCodePoint(number));
    const label = (id) => shown(db.getVertices().get(id).text);
    return {
      nodes: [...db.getVertices().keys()].map(label),
      edges: db.getEdges().map((edge) => [label(edge.start), shown(edge.text), label(edge.end)]),
    };
  },
};

console.log(JSON.stringify(await readers[reader]()));
