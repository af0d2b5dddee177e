"""What was decided on a statement, in YAML: that it is proposed, who accepted it, that it is rejected."""

import re
from datetime import date
from typing import Final

import yaml

from graph.documents import Acceptance, Proposed
from graph.sources.yaml_nodes import About, Nodes, described

CONFIDENCE: Final = re.compile(r"(0?\.[0-9]{1,9}|0|1(\.0{1,9})?)")


def read_acceptance(node: yaml.Node, nodes: Nodes, about: About) -> Acceptance | None:
    """Return who accepted something, and when."""
    told = len(nodes.problems)
    values = nodes.fields(node, ("by", "on"), about)
    by, on = nodes.text(values.get("by"), about), nodes.text(values.get("on"), about)
    try:
        if by and on:
            return Acceptance(by, date.fromisoformat(on))
    except ValueError:
        pass
    if len(nodes.problems) == told:
        message = "acceptance says who and on which day."
        nodes.complain(node, "acceptance-shape", message, about, fix="Write {by: …, on: 2026-11-23}.")
    return None


def read_rejection(node: yaml.Node, nodes: Nodes, about: About) -> bool:
    """Return that something is rejected; who did, and when, stands there for people."""
    if isinstance(node, yaml.MappingNode):
        read_acceptance(node, nodes, about)
    elif described(node) != "true":
        message = "a rejection is true, or says who and on which day."
        nodes.complain(node, "rejection-shape", message, about, fix="Write true, or {by: …, on: 2026-11-23}.")
    return True


def read_proposed(node: yaml.Node, nodes: Nodes, about: About) -> Proposed:
    """Return how sure a proposal is, and why: a number, or a mapping with one."""
    if not isinstance(node, yaml.MappingNode):
        return Proposed(_confidence(node, nodes, about))
    told = len(nodes.problems)
    values = nodes.fields(node, ("confidence", "reason", "rule"), about)
    if "confidence" not in values and len(nodes.problems) == told:
        fix = "Write proposed: {confidence: 0.85, reason: …}, or proposed: 0.85."
        nodes.complain(node, "key-missing", "“confidence” is missing.", about, fix=fix)
    reason, rule = (nodes.text(values.get(key), about) or "" for key in ("reason", "rule"))
    return Proposed(_confidence(values["confidence"], nodes, about) if "confidence" in values else 0.0, reason, rule)


def _confidence(node: yaml.Node, nodes: Nodes, about: About) -> float:
    text = described(node)
    if isinstance(node, yaml.ScalarNode) and CONFIDENCE.fullmatch(text):
        return float(text)
    message = f"a confidence is a number from 0 to 1, and not “{text[:80]}”."
    nodes.complain(node, "confidence-form", message, about, fix="Write it as 0.85.")
    return 0.0
