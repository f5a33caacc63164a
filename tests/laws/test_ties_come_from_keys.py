"""The line: ties are computed from a scenario's aggregates and a seed. No callable reads an edge list or a graph file."""

import ast
import inspect
import re
import typing
from pathlib import Path

import pytest

from glasshouse.scenario import schema, tie_tables
from glasshouse.scenario.tables import TieTables

SOURCES = sorted((Path(__file__).parents[2] / "src" / "glasshouse").rglob("*.py"))
READERS = re.compile(
    r"(read|parse|load|from)_(\w*edge|adj|gml|gexf|graph|pajek|leda|sparse6|multiline|scipy_sparse|numpy_array)"
)
EDGES = re.compile(r"^(edges?_?(list|file|array|table)|edges|adjacency\w*|graph_?file|friends_of|neighbours_of)$")


def trespasses(text):
    """Names of calls that read a graph, and of parameters that would take one."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute | ast.Name):
            name = node.attr if isinstance(node, ast.Attribute) else node.id
            found += [name] if READERS.match(name) else []
        if isinstance(node, ast.arg) and EDGES.match(node.arg):
            found.append(node.arg)
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)
def test_no_source_reads_a_graph_or_takes_a_list_of_edges(path):
    assert trespasses(path.read_text(encoding="utf-8")) == []


def test_a_planted_reader_would_be_caught():
    assert trespasses("import networkx as nx\nnx.read_edgelist('x')\n") == ["read_edgelist"]
    assert trespasses("def f(edges): ...\n") == ["edges"]


def test_ties_are_asked_for_as_numbers_only():
    """Every leaf under `world.ties` is a number, or a choice of window: no text, hence no path."""
    words = set(schema.Node.model_fields) | {"source", "label", "note", "cite"}

    def leaves(model):
        for name, field in model.model_fields.items():
            if name not in words:
                yield from kinds(field.annotation)

    def kinds(annotation):
        if isinstance(annotation, type) and issubclass(annotation, schema.BaseModel):
            yield from leaves(annotation)
        elif typing.get_origin(annotation) is typing.Literal:
            yield from (type(x) for x in typing.get_args(annotation))
        elif typing.get_args(annotation):
            for part in typing.get_args(annotation):
                if not hasattr(part, "metadata") and not hasattr(part, "pattern"):
                    yield from kinds(part)
        elif isinstance(annotation, type):
            yield annotation

    assert set(leaves(schema.Ties)) <= {int, float, bool, type(None)}


def test_the_tables_of_ties_are_made_from_aggregates_a_size_and_a_seed():
    assert list(inspect.signature(tie_tables.tie_tables).parameters) == ["ties", "people", "seed", "firms"]
    assert "edge" not in " ".join(TieTables._fields)
