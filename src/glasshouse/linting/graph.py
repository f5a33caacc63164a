"""The scheme as a graph: source → rule → score or list → consequence → person reached, and back where an outcome is recorded as input.

Nodes are pairs (kind, id); edges are only those the text writes down. What a rule says about possible but unwritten edges it takes from
`terms.fires`, which knows three answers; this graph is for finding and printing paths and cycles.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from glasshouse.linting.text import At, Text

Node = tuple[str, str]
Edge = tuple[Node, Node]
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
    graph.add_nodes_from(("rule", rule.id) for rule in _written(text, "rules"))
    graph.add_nodes_from(("source", source.id) for source in _written(text, "data_sources"))
    graph.add_edges_from(_edges(text))
    return graph


def _edges(text: Text) -> Iterator[Edge]:
    for rule in _written(text, "rules"):
        yield from _rule_edges(rule)
    for listed in _written(text, "lists"):
        yield from _trigger_edges(listed.at("entry.trigger"), ("list", listed.id))
    for c in _written(text, "consequences"):
        yield from _trigger_edges(c.get("trigger"), ("consequence", c.id))
        for who in c.get("reach").value or ["self"] if not c.get("reach").silent else ["self"]:
            yield ("consequence", c.id), ("person", REACHED[who])
    for source in _written(text, "data_sources"):
        for outcome in source.get("fed_by").value or [] if not source.get("fed_by").silent else []:
            yield _outcome(text, outcome), ("source", source.id)


def _written(text: Text, section: str) -> list[At]:
    return [item for item in text.each(section) if not item.silent]


def _rule_edges(rule: At) -> Iterator[Edge]:
    source, points = rule.get("source").value, rule.get("points").value
    if isinstance(source, str):
        yield ("source", source), ("rule", rule.id)
    if isinstance(points, int) and points != 0:
        yield ("rule", rule.id), ("score", "score")


def _trigger_edges(trigger: At, target: Node) -> Iterator[Edge]:
    for kind in ("list", "rule"):
        if isinstance(trigger.get(kind).value, str):
            yield (kind, trigger.get(kind).value), target
    if isinstance(trigger.get("filed_by").value, str):
        yield ("model", trigger.get("filed_by").value), target
    if any(isinstance(trigger.get(k).value, int) for k in ("score_below", "score_above")):
        yield ("score", "score"), target


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
    """Ways from a source back into it, shortest first, each as words with the source again at the end; one for each knot of nodes."""
    if "cycles" not in text.memo:
        text.memo["cycles"] = _cycles(text, most)
    found: list[tuple[str, ...]] = text.memo["cycles"]
    return found


def _cycles(text: Text, most: int) -> list[tuple[str, ...]]:
    import networkx as nx

    graph = build(text)
    if nx.is_directed_acyclic_graph(graph):
        return []
    knots = [graph.subgraph(k) for k in nx.strongly_connected_components(graph) if len(k) > 1]
    found = [min((_round(k, s) for s in k if s[0] == "source"), default=()) for k in knots]
    ordered = sorted((c for c in found if c), key=lambda c: (len(c), c))
    return [tuple(say(text, n) for n in c) for c in ordered[:most]]


def _round(knot: Any, start: Node) -> tuple[Node, ...]:
    """The shortest way from a node of a knot back into it."""
    import networkx as nx

    ways = [nx.bidirectional_shortest_path(knot, after, start) for after in knot.successors(start)]
    return (start, *min(ways, key=lambda w: (len(w), w)))


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
