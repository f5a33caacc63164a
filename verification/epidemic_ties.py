"""Is an epidemic on keyed ties what it would be on an ordinary random graph of the same degrees and clustering?

    python verification/epidemic_ties.py

Friends of 20,000 people are looked up one by one. networkx draws two graphs like theirs: a configuration model of the same degrees whose
clustering comes from triangles (`random_clustered_graph`: Newman, Random graphs with clustering, 2009), and a random graph in which as
many ties as in ours lead from people with k friends to people with l friends (`joint_degree_graph`), without clustering. On all three a
plain SIR is lived, a draw for every infected contact, in NumPy and by nothing of ours; on the keyed ties the engine lives it too.

In keyed ties people with many friends have friends with many friends, as in most societies and in no configuration model; an epidemic
then reaches fewer people. So it is the second graph that must give the same final size, and the first shows what the difference is.
Writes `verification/results/epidemic-ties.md` and `.json`; exits with 1 if the engine's final size is more than three standard errors
from that of the plain SIR on the same ties, theirs from that of the second graph, or the clustering of the first more than .02 from ours.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from glasshouse.engines import epidemic
from glasshouse.scenario.compile_epidemic import Alone, alone
from glasshouse.scenario.tables import TIE_KINDS
from glasshouse.world.ties import FRIENDS, MOST_NEIGHBOURS, neighbours

PEOPLE, WORLDS = 20_000, 12
CHANCE, ILL, DAYS, SEEDED = 0.02, 10, 100, 0.01
ASKED = {"mean": 10, "sd": 4, "clustering": 0.1}
RESULTS = Path(__file__).resolve().parent / "results"
Pairs = NDArray[np.int64]


class Graph(NamedTuple):
    """Who is tied to whom: pairs [n, 2], each once; degree of each person; mean share of a person's pairs of friends who are friends."""

    pairs: Pairs
    degree: NDArray[np.int64]
    clustering: float

    @property
    def sorting(self) -> float:
        """Correlation of the degrees at both ends of a tie."""
        ends = np.concatenate([self.degree[self.pairs], self.degree[self.pairs[:, ::-1]]])
        return float(np.corrcoef(ends.T)[0, 1])


class Size(NamedTuple):
    """Final size over some worlds."""

    mean: float
    error: float

    @classmethod
    def of(cls, values: list[float]) -> Size:
        return cls(float(np.mean(values)), float(np.std(values, ddof=1) / len(values) ** 0.5))

    def apart(self, other: Size) -> float:
        """Standard errors between two sizes."""
        return abs(self.mean - other.mean) / (self.error**2 + other.error**2) ** 0.5


def made(people: int, seed: int, asked: dict[str, Any] = ASKED) -> Alone:
    """An epidemic among friends, each met every day, and nothing else."""
    scheme = {
        "contacts": {"friends": {"with": "friends", "everyone": True, "p": CHANCE}},
        "infectious": {"always_days": ILL},
        "seeds": {"number": round(people * SEEDED)},
    }
    return alone(scheme, people=people, days=DAYS, seed=seed, ties={"friends": asked})


def keyed(world: Alone) -> Graph:
    """The friends of everybody, looked up."""
    assert TIE_KINDS[FRIENDS] == "friends"
    people, row = world.world.people, np.zeros(MOST_NEIGHBOURS, np.int64)
    found = []
    for person in range(people):
        n = neighbours(FRIENDS, person, people, world.ties, world.world.k0, world.world.k1, row)
        found += [(person, int(other)) for other in row[:n] if other > person]
    return graph(np.array(found, np.int64), people)


def graph(pairs: Pairs, people: int) -> Graph:
    g = nx.Graph()
    g.add_nodes_from(range(people))
    g.add_edges_from(pairs.tolist())
    of = [c for person, c in nx.clustering(g).items() if g.degree(person) > 1]
    return Graph(pairs, np.bincount(pairs.ravel(), minlength=people), float(np.mean(of)))


def configuration(like: Graph, seed: int) -> Graph:
    """A random graph of the same degrees, with as many triangles as give the same clustering (nearly)."""
    people, degree = len(like.degree), like.degree
    most = degree // 2
    share = 1.0
    for _ in range(40):  # a triangle closes one of a person's k (k - 1) / 2 pairs
        corners = np.minimum(most, share * most)
        closed = np.where(degree > 1, 2 * corners / np.maximum(degree * (degree - 1), 1), 0)
        share = min(1.0, share * like.clustering / max(closed[degree > 1].mean(), 1e-9))
    rng = np.random.default_rng(seed)
    triangles = rng.binomial(most, share)
    for at in range((-triangles.sum()) % 3):  # corners come in threes
        triangles[np.flatnonzero(triangles < most)[at]] += 1
    single = degree - 2 * triangles
    if single.sum() % 2:
        single[np.argmax(single)] -= 1
    drawn = nx.random_clustered_graph(list(zip(single.tolist(), triangles.tolist(), strict=True)), seed=seed)
    pairs = np.array([(a, b) for a, b in nx.Graph(drawn).edges() if a != b], np.int64)
    return graph(np.sort(pairs, axis=1), people)


def sorted_alike(like: Graph, seed: int) -> Graph:
    """A random graph with as many ties between people of k and of l friends."""
    between: dict[int, Counter[int]] = {}
    for a, b in like.degree[np.concatenate([like.pairs, like.pairs[:, ::-1]])].tolist():
        between.setdefault(a, Counter())[b] += 1
    drawn = nx.joint_degree_graph({k: dict(of) for k, of in between.items()}, seed=seed)
    alone = int((like.degree == 0).sum())
    return graph(np.array(drawn.edges(), np.int64), drawn.number_of_nodes() + alone)


def plain_sir(on: Graph, seed: int) -> float:
    """Day after day, a draw for each contact of somebody ill with somebody who never was. The share who ever had it."""
    rng, people = np.random.default_rng(seed), len(on.degree)
    start, end = np.concatenate([on.pairs, on.pairs[:, ::-1]]).T
    left = np.zeros(people, np.int64)  # days of illness that are left
    had = np.zeros(people, bool)
    first = rng.choice(people, round(people * SEEDED), replace=False)
    left[first], had[first] = ILL, True
    for _ in range(DAYS):
        meets = (left[start] > 0) & ~had[end]
        caught = np.unique(end[meets][rng.random(int(meets.sum())) < CHANCE])
        left[left > 0] -= 1
        left[caught], had[caught] = ILL, True
    return float(had.mean())


def by_engine(people: int, seed: int, asked: dict[str, Any] = ASKED) -> float:
    """The same lived by the engine, which keeps no graph."""
    return float((epidemic.only(*made(people, seed, asked)).caught != 0).mean())


def compared(people: int, worlds: int, asked: dict[str, Any] = ASKED) -> dict[str, Any]:
    """Degrees, clustering, sorting by degree and final sizes on the three kinds of graph, each over so many seeds."""
    ours = [keyed(made(people, seed, asked)) for seed in range(1, worlds + 1)]
    graphs = {
        "keyed": ours,
        "configuration": [configuration(g, seed) for seed, g in enumerate(ours)],
        "sorted alike": [sorted_alike(g, seed) for seed, g in enumerate(ours)],
    }
    sizes = {name: Size.of([plain_sir(g, seed) for seed, g in enumerate(of)]) for name, of in graphs.items()}
    sizes["engine"] = Size.of([by_engine(people, seed, asked) for seed in range(1, worlds + 1)])
    pairs = (("engine", "keyed"), ("keyed", "sorted alike"), ("keyed", "configuration"))
    return {
        "synthetic": True,
        "people": people,
        "worlds": worlds,
        "asked": asked,
        "graphs": {name: _about(of) for name, of in graphs.items()},
        "size": {name: size._asdict() for name, size in sizes.items()},
        "apart": {f"{a}, {b}": sizes[a].apart(sizes[b]) for a, b in pairs},
    }


def _about(graphs: list[Graph]) -> dict[str, float]:
    degree = np.concatenate([g.degree for g in graphs])
    clustering, sorting = (float(np.mean([getattr(g, name) for g in graphs])) for name in ("clustering", "sorting"))
    return {"mean": float(degree.mean()), "sd": float(degree.std()), "clustering": clustering, "sorting": sorting}


def holds(found: dict[str, Any]) -> bool:
    """Is the epidemic on keyed ties what their degrees, who has ties to whom and the luck of a plain SIR make it?"""
    near = abs(found["graphs"]["keyed"]["clustering"] - found["graphs"]["configuration"]["clustering"]) <= 0.02
    return near and max(found["apart"]["engine, keyed"], found["apart"]["keyed, sorted alike"]) < 3


def markdown(found: dict[str, Any]) -> str:
    lines = [
        "# An epidemic on keyed ties and on random graphs like them\n",
        f"{found['people']:,} synthetic people, {found['worlds']} worlds; friends asked: {found['asked']}. SIR: each friend met every day,",
        f"chance {CHANCE} a day, {ILL} days, {SEEDED:.0%} seeded, {DAYS} days. `python verification/epidemic_ties.py`.\n",
        "| | degrees: mean | sd | clustering | correlation of degrees along a tie | final size |",
        "|---|---|---|---|---|---|",
    ]
    for name, g in found["graphs"].items():
        size = found["size"][name]
        lines.append(
            f"| {name}, plain SIR | {g['mean']:.3f} | {g['sd']:.3f} | {g['clustering']:.4f} | {g['sorting']:.3f} | "
            f"{size['mean']:.4f} ± {size['error']:.4f} |"
        )
    size = found["size"]["engine"]
    lines.append(f"| keyed, the engine | | | | | {size['mean']:.4f} ± {size['error']:.4f} |\n")
    lines += [f"{name}: {z:.2f} standard errors apart.  " for name, z in found["apart"].items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    found = compared(PEOPLE, WORLDS)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "epidemic-ties.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "epidemic-ties.md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))
    return 0 if holds(found) else 1


if __name__ == "__main__":
    sys.exit(main())
