"""The scheme as a graph: source → rule → score or list → consequence → person reached, and back where an outcome is recorded as input.

Nodes are pairs (kind, id); edges are only those the text writes down. What a rule says about possible but unwritten edges it takes from
`terms.fires`, which knows three answers; this graph is for finding and printing paths and cycles.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from glasshouse.linting.text import At, Text

Node = tuple[str, str]
REACHED = {
    "self": "the person",
    "household": "household",
    "spouse": "spouse",
    "children": "children",
    "employer": "employer",
    "contacts": "contacts",
    "firm": "firm",
}


def build(text: Text) -> Any:
    """The scheme's graph (a networkx.DiGraph). Made once for a text."""
    if "graph" not in text.memo:
        text.memo["graph"] = _build(text)
    return text.memo["graph"]


def _build(text: Text) -> Any:
    import networkx as nx

    graph = nx.DiGraph()
    for rule in _written(text, "rules"):
        _rule_edges(graph, rule)
    for listed in _written(text, "lists"):
        _trigger_edge(graph, listed.at("entry.trigger"), ("list", listed.id))
    for c in _written(text, "consequences"):
        _trigger_edge(graph, c.get("trigger"), ("consequence", c.id))
        for who in c.get("reach").value or ["self"] if not c.get("reach").silent else ["self"]:
            graph.add_edge(("consequence", c.id), ("person", REACHED[who]))
    for source in _written(text, "data_sources"):
        graph.add_node(("source", source.id))
        for outcome in source.get("fed_by").value or [] if not source.get("fed_by").silent else []:
            graph.add_edge(_outcome(text, outcome), ("source", source.id))
    return graph


def _written(text: Text, section: str) -> list[At]:
    return [item for item in text.each(section) if not item.silent]


def _rule_edges(graph: Any, rule: At) -> None:
    node = ("rule", rule.id)
    graph.add_node(node)
    if isinstance(rule.get("source").value, str):
        graph.add_edge(("source", rule.get("source").value), node)
    if isinstance(rule.get("points").value, int) and rule.get("points").value != 0:
        graph.add_edge(node, ("score", "score"))


def _trigger_edge(graph: Any, trigger: At, target: Node) -> None:
    for kind in ("list", "rule"):
        if isinstance(trigger.get(kind).value, str):
            graph.add_edge((kind, trigger.get(kind).value), target)
    if any(isinstance(trigger.get(k).value, int) for k in ("score_below", "score_above")):
        graph.add_edge(("score", "score"), target)


def _outcome(text: Text, name: str) -> Node:
    """What `fed_by` names: a consequence, a list, a rule, or the score."""
    for section, kind in (("consequences", "consequence"), ("lists", "list"), ("rules", "rule")):
        if not text.find(section, name).silent:
            return (kind, name)
    return ("score", "score")


def trail(text: Text, start: Node, end: Node) -> tuple[str, ...]:
    """The shortest written path between two nodes, each step in words; empty where there is none."""
    import networkx as nx

    graph = build(text)
    try:
        return tuple(say(text, node) for node in nx.bidirectional_shortest_path(graph, start, end))
    except (nx.NodeNotFound, nx.NetworkXNoPath):
        return ()


def cycles(text: Text, most: int = 5) -> list[tuple[str, ...]]:
    """Directed cycles, shortest first, each as words with the first node repeated at the end; one for each knot of nodes."""
    if "cycles" not in text.memo:
        text.memo["cycles"] = _cycles(text, most)
    found: list[tuple[str, ...]] = text.memo["cycles"]
    return found


def _cycles(text: Text, most: int) -> list[tuple[str, ...]]:
    import networkx as nx

    graph = build(text)
    if nx.is_directed_acyclic_graph(graph):
        return []
    found = []
    for knot in nx.strongly_connected_components(graph):
        inner = graph.subgraph(knot)
        if len(knot) > 1 or any(inner.has_edge(n, n) for n in knot):
            found.append([edge[0] for edge in nx.find_cycle(inner, min(knot))])
    found.sort(key=lambda c: (len(c), c))
    return [tuple(say(text, n) for n in [*c, c[0]]) for c in found[:most]]


@lru_cache(maxsize=64)
def _section(kind: str) -> str:
    return {"source": "data_sources", "rule": "rules", "list": "lists", "consequence": "consequences"}.get(kind, "")


def say(text: Text, node: Node) -> str:
    """A node in words, with its context where it has one: `source court_records (courts)`."""
    kind, name = node
    if kind == "score":
        return "the score"
    if kind == "person":
        return name
    context = text.find(_section(kind), name).get("context").value
    return f"{kind} {name} ({context})" if isinstance(context, str) else f"{kind} {name}"
