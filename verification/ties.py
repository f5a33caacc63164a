"""Do ties have the degrees and the clustering a scenario asks for, and what does a lookup cost?

    python verification/ties.py [FOLDER]

For asked clusterings of .05 to .30 and three degree laws, friends of three full windows are looked up one by one. Writes `ties.svg` (asked
against got: clustering, mean, the law itself) into FOLDER, by default `verification/plots`, and prints a table and the cost of a lookup.
Exits with 1 if a mean is more than 2 %, a spread more than 3 % or a clustering more than .02 from what was asked.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import altair as alt
import numpy as np
from numba import njit

from glasshouse.scenario.schema import Ties
from glasshouse.scenario.tables import TIE_KINDS, TieTables
from glasshouse.scenario.tie_tables import degree_law, tie_tables
from glasshouse.world.ties import FRIENDS, MOST_NEIGHBOURS, neighbours

WINDOWS = 3
PEOPLE = 1_000_000
LAWS = ((4, 2.5), (8, 5), (15, 9))
CLUSTERINGS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
EVERYTHING = {
    "household": {"sizes": {1: 0.1, 2: 0.22, 3: 0.26, 4: 0.22, 5: 0.13, 6: 0.07}},
    "partner": 0.8,
    "parent_child": 0.7,
    "best_friend": 0.9,
    "friends": {"mean": 8, "sd": 5, "clustering": 0.2},
    "online_friends": {"mean": 12, "sd": 9, "max": 48, "window": 65536},
    "colleagues": {"sizes": {1: 0.4, 3: 0.1, 8: 0.3, 40: 0.2}},
    "school": {"sizes": {1: 0.8, 25: 0.1, 31: 0.1}},
}


@njit(nogil=True)
def rows_of(kind, people, tables, k0, k1):  # type: ignore[no-untyped-def]
    """Everybody's neighbours: int64[people, MOST_NEIGHBOURS], padded with -1."""
    rows = np.full((people, MOST_NEIGHBOURS), -1, np.int64)
    for person in range(people):
        n = neighbours(kind, person, people, tables, k0, k1, rows[person])
        rows[person, n:] = -1
    return rows


@njit(nogil=True, _nrt=False)  # type: ignore[call-overload]
def look_up(kind, people, tables, k0, k1, out):  # type: ignore[no-untyped-def]
    """Look everybody's neighbours up and forget them. Returns the number of ties."""
    ties = 0
    for person in range(people):
        ties += neighbours(kind, person, people, tables, k0, k1, out)
    return ties


def clustering(rows: np.ndarray) -> float:
    """Mean over people with two or more neighbours of the share of pairs of neighbours who are neighbours."""
    friends = [set(row[row >= 0].tolist()) for row in rows]
    shares = [
        sum(len(friends[j] & mine) for j in mine) / (len(mine) * (len(mine) - 1)) for mine in friends if len(mine) > 1
    ]
    return float(np.mean(shares))


def tried(mean: float, sd: float, asked: float) -> tuple[dict[str, float], list[dict[str, float]]]:
    """One scenario: what was asked and got, and the degree law beside the degrees found."""
    ties = Ties.model_validate({"friends": {"mean": mean, "sd": sd, "max": 48, "clustering": asked}})
    assert ties.friends is not None
    law = np.array(degree_law(ties.friends)) / 4096
    rows = rows_of(FRIENDS, WINDOWS * 4096, tie_tables(ties, WINDOWS * 4096, 11), np.uint32(11), np.uint32(0))
    degree = (rows >= 0).sum(axis=1)
    got = np.bincount(degree, minlength=len(law)) / len(degree)
    row = {
        "mean": mean,
        "sd": sd,
        "asked": asked,
        "clustering": clustering(rows),
        "got_mean": degree.mean(),
        "got_sd": degree.std(),
    }
    return row, [{"mean": mean, "friends": k, "asked": law[k], "found": got[k]} for k in range(len(law))]


def plot(rows: list[dict[str, float]], laws: list[dict[str, float]]) -> alt.HConcatChart:
    """Asked against got, with the diagonal that a perfect construction would lie on."""
    line = alt.Chart(alt.Data(values=[{"x": 0.03, "y": 0.03}, {"x": 0.32, "y": 0.32}])).mark_line(
        color="grey", strokeDash=[4, 4]
    )
    line = line.encode(x="x:Q", y="y:Q")
    dots = alt.Chart(alt.Data(values=rows)).mark_point(filled=True, size=60)
    dots = dots.encode(
        x=alt.X("asked:Q", title="clustering asked"),
        y=alt.Y("clustering:Q", title="clustering found"),
        shape="mean:N",
        color="mean:N",
    )
    base = alt.Chart(alt.Data(values=laws)).encode(x=alt.X("friends:Q", title="number of friends"), color="mean:N")
    bars = base.mark_line().encode(y=alt.Y("asked:Q", title="share of people")) + base.mark_point().encode(y="found:Q")
    left = (line + dots).properties(width=320, height=300, title="Clustering (synthetic)")
    return left | bars.properties(width=420, height=300, title="Degree law: line asked, points found (synthetic)")


def cost(tables: TieTables) -> None:
    """Nanoseconds of this thread's time for a lookup of every kind, for everybody among a million."""
    key, out = np.uint32(11), np.zeros(MOST_NEIGHBOURS, np.int64)
    look_up(0, 10, tables, key, key, out)
    for kind, name in enumerate(TIE_KINDS):
        spent, ties = [], 0
        for _ in range(3):
            start = time.thread_time_ns()
            ties = look_up(kind, PEOPLE, tables, key, key, out)
            spent.append(time.thread_time_ns() - start)
        print(
            f"{name:15s} {ties / PEOPLE:6.2f} ties  {min(spent) / PEOPLE:7.1f} ns a person  {min(spent) / max(ties, 1):6.1f} ns a tie"
        )


def main(folder: Path) -> int:
    """Try every law with every clustering; print, plot, judge."""
    rows, laws = [], []
    for mean, sd in LAWS:
        for asked in CLUSTERINGS:
            row, law = tried(mean, sd, asked)
            rows.append(row)
            print("  ".join(f"{name} {value:.3f}" for name, value in row.items()))
        laws += law
    folder.mkdir(parents=True, exist_ok=True)
    plot(rows, laws).save(str(folder / "ties.svg"))
    cost(tie_tables(Ties.model_validate(EVERYTHING), PEOPLE, 11))
    wrong = [
        r for r in rows
        if abs(r["clustering"] - r["asked"]) > 0.02 or abs(r["got_mean"] / r["mean"] - 1) > 0.02 or abs(r["got_sd"] / r["sd"] - 1) > 0.03
    ]  # fmt: skip
    print(f"{len(rows) - len(wrong)} of {len(rows)} within bounds; plot in {folder.name}/ties.svg")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "plots"))
