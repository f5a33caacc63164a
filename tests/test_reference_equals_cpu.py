"""The compiled engine equals the plain one, number for number, on 200 small worlds in which everything happens often, and together."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

import numpy as np
import pytest

from city import with_all_of
from glasshouse.engines import reference, reference_copies
from glasshouse.engines.buffers import EVENTS
from glasshouse.engines.copies import copies_of
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.reading import from_raw
from glasshouse.scenario.tables import BASES, EXITS, GONE, TIE_KINDS, Absence, Plan
from glasshouse.simulate import happened
from glasshouse.world.places import regions_of
from together import PAIRS, fired_together, together
from worlds import keeps_no_score, world

pytestmark = pytest.mark.no_cover
"""Two hundred worlds lived in plain Python: being traced doubles that, and other tests walk the same lines."""

WORLDS, CHUNKS = 200, 4
AT_LEAST = 20
SHARE_WITHOUT_SCORE = 0.15
ALWAYS = (
    *(f"exit {name}" for name in EXITS[1:]),
    *(f"letter by {kind}" for kind in TIE_KINDS[:8]),
    *(f"listed by {how}" for how in ("rule", "score below", "score above")),
    *(f"basis {basis} rightful" for basis in ("own_act", "cannot_pay", "protected_conduct", "others_conduct")),
    *(
        f"basis {basis} not rightful"
        for basis in BASES
        if basis
        not in ("own_act", "protected_conduct", "others_conduct", "risk_score")  # models: engines/test_beyond.py
    ),
    *(f"piece {kind} {sign}" for kind in ("own", "wrong") for sign in "+-"),
    *(f"piece {kind} -" for kind in ("tie", "listed")),
    *(f"letter tie, {hops} hops" for hops in (1, 2, 3)),
    *("letter wrong, 1 hops", "letter listed, 1 hops", "sighting missed", "misfiled", "record goes no further"),
    *("act", "candidate while listed", "candidate while chilled", "score at an end of the scale"),
    *(
        "within the cap",
        "beyond the cap",
        "older entry, from entry",
        "older entry, from that day",
        "older entry, never",
    ),
    *("complied", "granted", "refused", "appeal", "learnt by notice", "learnt by refusal"),
    *("refused at a gate", "refused at two lists", "evaded", "gave up a gate"),
)
"""What the comparison would be empty without."""
CITY = (
    *(
        "decay",
        "merge",
        "merged file",
        "moved",
        "denied",
        "aimed",
        "left",
        "company",
        "hush",
        "news",
        "tie cut",
    ),
    *("standing told below", "standing told above", "queue waited", "queue never", "bounced", "cooled off"),
    *("toward children", "toward parents"),
    *(
        "own record comes late",
        "merit comes late",
        "points that waited",
        "filed where the list is not",
        "observed anew",
    ),
)
"""What it would be empty without, of the scored city."""


ELSEWHERE = (
    *(
        "seeded",
        "reached by a tie",
        "reached by anybody",
        "reached in the region",
        "kept at home",
        "passed on beyond the base",
        "out of reach at home",
        "found",
    ),
    *("traced", "not traced in another region", "coloured by another cause", "listed by filing"),
    *("hit by a mass listing", "points given back", "granted by a repair", "merited again"),
    *("recovered where the list is not", "not lifted where the list is not"),
    *("chosen by a model, true", "chosen by a model, not true", "model learnt"),
    *("drawn by lot, rightful", "drawn by lot, not rightful", "first listing taken back"),
    *("firm listed", "letter by representative", "letter by staff"),
    *("copy corrected", "copy leaked", "copy leaked after its correction"),
)
"""What it would be empty without, of what files from elsewhere, of firms and of copies."""
RARELY = 0.1
"""Share of all pairs of parts that may be missing in a quarter of the worlds."""


def plan_of(k: int) -> Plan:
    """The plan of the k-th small world."""
    return together(k).plan


def both(
    plan: Plan, absent: dict[int, list[int]] | None = None, journal: bool = False
) -> tuple[Any, list[reference.Life]]:
    """The compiled engine's result and one plain life for each variant; `absent` are people by variant.

    With `journal` both also write down every event of everybody.
    """
    from glasshouse.engines import cpu

    gone = [(p, v) for v, people in (absent or {}).items() for p in people]
    columns = np.array(gone, np.int64).reshape(-1, 2)
    absence = Absence(columns[:, 0], columns[:, 1]) if gone else None
    watched = range(plan.world.people) if journal else ()
    asked = np.ones(plan.world.people, np.uint8) if journal else None
    result = cpu.live_all(plan, threads=1, absent=absence, keep_letters=True, journalled=asked)
    lives: list[reference.Life] = []
    for v in range(plan.world.variants):
        lives.append(reference.live(plan, v, absent=(absent or {}).get(v, ()), journal=watched, lived=lives))
    return result, lives


def differences(result: Any, lives: list[reference.Life]) -> Iterator[str]:
    """What differs, table by table, each with its first differing rows; nothing if the engines agree."""
    for v, life in enumerate(lives):
        for name, (fast, plain) in tables_of(result, life, v).items():
            extra, missing = fast - plain, plain - fast
            if extra or missing:
                yield f"variant {v} {name}: only compiled {first(extra)}, only plain {first(missing)}"


def first(rows: Counter[Any]) -> list[Any]:
    return sorted(rows.items())[:3]


def tables_of(result: Any, life: reference.Life, v: int) -> dict[str, tuple[Counter[Any], Counter[Any]]]:
    """Each table twice, compiled and plain, as a multiset of rows (or of cells that are not 0)."""
    made = {name: (cells(result.daily[name][:, v]), plain_cells(life.daily.get(name, {}))) for name in result.daily}
    for name in life.daily:
        assert name in result.daily, f"the compiled engine does not count {name}"
    acts = Counter({(d, c, i): n for (d, c), row in life.acts.items() for i, n in enumerate(row) if n})
    made["acts"] = cells(result.acts[:, v]), acts
    for name, values in life.people.items():
        fast = np.asarray(result.people[name])[:, v].astype(np.int64)
        plain = np.array(values, np.int64).reshape(len(values), *fast.shape[1:])
        made[f"people.{name}"] = rows(people_rows(fast, name)), rows(people_rows(plain, name))
    keys = list(life.cases[0]) if life.cases else list(set(result.cases) - {"variant"})
    mine = result.cases["variant"] == v
    made["cases"] = (
        rows(zip(*(result.cases[k][mine].tolist() for k in keys), strict=True)),
        rows(tuple(int(case[k]) for k in keys) for case in life.cases),
    )
    columns = ("day", "target", "source", "tag", "kind", "association", "hops", "amount", "sent")
    letters = {"sent": result.letters["day"] - 1, **result.letters}
    here = (result.letters["mask"].astype(np.int64) >> v & 1).astype(bool)
    made["letters"] = (
        rows(zip(*(letters[k][here].tolist() for k in columns), strict=True)),
        rows(life.letters),
    )
    made["news"] = rows(enumerate(result.channels["news"][:, v].tolist())), rows(enumerate(life.news))
    waits = result.channels["wait"][:, :, v].tolist()
    made["waits"] = rows(enumerate(map(tuple, waits))), rows(enumerate(map(tuple, life.waits)))
    for name in {*life.tables, *result.tables}:
        made[name] = told(of_one_variant(result.tables[name], v)), told(life.tables[name])
    made["journal"] = journal_rows(result.events, v), rows(life.journal)
    return made


def of_one_variant(table: dict[str, np.ndarray], v: int) -> Iterator[dict[str, int]]:
    """Rows of a table of what files from elsewhere, of one variant, each with the columns in which it has a number."""
    mine = table["variant"] == v
    names = [name for name in table if name != "variant"]
    for cells_of_row in zip(*(table[name][mine].tolist() for name in names), strict=True):
        yield {name: n for name, n in zip(names, cells_of_row, strict=True) if n is not None}


def told(table: Iterable[dict[str, int]]) -> Counter[Any]:
    return rows(tuple(sorted(row.items())) for row in table)


def journal_rows(events: dict[str, np.ndarray], v: int) -> Counter[Any]:
    """Events of one variant as the plain engine tells them."""
    mine = happened(events, v)
    mine["event"] = np.array(EVENTS, object)[mine["event"]]
    columns = ("person", "day", "event", "detail", "source", "tag", "amount")
    return rows(zip(*(mine[k].tolist() for k in columns), strict=True))


def cells(values: np.ndarray) -> Counter[Any]:
    """Cells that are not 0; the first axis is the day, from 1."""
    where = np.nonzero(values)
    return Counter({(int(d) + 1, *map(int, rest)): int(values[d, *rest]) for d, *rest in zip(*where, strict=True)})


def plain_cells(values: dict[tuple[int, int, int], int]) -> Counter[Any]:
    return Counter({k: n for k, n in values.items() if n})


def people_rows(values: np.ndarray, name: str) -> Iterator[Any]:
    shown = values & (GONE - 1) if name == "on" else values
    return ((p, *np.ravel(row).tolist()) for p, row in enumerate(shown))


def rows(values: Any) -> Counter[Any]:
    return Counter(values)


def test_a_good_part_of_the_worlds_keeps_no_score_and_lists_people_all_the_same() -> None:
    without = [k for k in range(WORLDS) if keeps_no_score(k)]
    assert len(without) >= WORLDS * SHARE_WITHOUT_SCORE
    assert all(("score" in world(k)) != keeps_no_score(k) for k in range(WORLDS))
    lives = [reference.live(plan_of(k), 0) for k in without[:4]]
    assert all(len(life.cases) >= AT_LEAST for life in lives)
    assert sum(life.fired["piece listed -"] for life in lives) >= AT_LEAST
    assert {score for life in lives for score in life.people["score"]} == {0}


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_compiled_engine_equals_the_plain_one(chunk: int) -> None:
    """And in each quarter of the worlds everything fired often enough to be compared, and nearly every two parts in one world."""
    fired, at_once, events = Counter[str](), Counter[tuple[str, str]](), set[str]()
    for n, k in enumerate(range(chunk, WORLDS, CHUNKS)):
        plan, absent, _ = together(k)
        result, lives = both(plan, absent, journal=n % 9 == 0)
        copies = copies_of(plan, result.cases) if plan.outside.sharing else {}
        assert not [*differences(result, lives), *differing_copies(copies, plan, lives)], f"world {k}"
        assert all(
            not {target for _, target, *_ in life.letters} & set(absent.get(v, ())) for v, life in enumerate(lives)
        )
        here = happenings(plan, lives, copies)
        fired, at_once = fired + here, at_once + fired_together(here)
        events |= {event for life in lives for _, _, event, *_ in life.journal}
    assert events >= JOURNAL
    least = AT_LEAST // CHUNKS
    assert {name: fired[name] for name in ALWAYS + CITY + ELSEWHERE if fired[name] < least} == {}
    apart = [pair for pair in PAIRS if not at_once[pair]]
    assert len(apart) <= RARELY * len(PAIRS), apart


JOURNAL = {"act", "record", "listed", "notified", "learnt", "appealed", "decided", "left_list", "settled"}


def differing_copies(fast: Mapping[str, np.ndarray], plan: Plan, lives: list[reference.Life]) -> Iterator[str]:
    """What differs of the copies that others hold."""
    plain = [
        {"variant": v, **copy} for v, life in enumerate(lives) for copy in reference_copies.copies_of(plan, v, life)
    ]
    for column, values in fast.items():
        if [x or 0 for x in values.tolist()] != [copy[column] for copy in plain]:
            yield f"copies: {column}"


def happenings(plan: Plan, lives: list[reference.Life], copies: Mapping[str, np.ndarray]) -> Counter[str]:
    """What happened in the lives of a world, and to firms, on another scale and with copies in it."""
    fired = sum((life.fired for life in lives), Counter[str]())
    listed = np.array([case["person"] for life in lives for case in life.cases], np.int64)
    region = regions_of(plan.world, listed)
    fired["firm listed"] = int((listed >= plan.ties.beyond[0]).sum())
    fired["listed on another scale"] = int((plan.score.scale_of[region] > 0).sum())
    if copies:
        corrected, leaked = (np.ma.filled(copies[name], 0) for name in ("corrected", "leaked"))
        fired["copy"], fired["copy corrected"], fired["copy leaked"] = (
            len(leaked),
            int((corrected > 0).sum()),
            int((leaked > 0).sum()),
        )
        fired["copy leaked after its correction"] = int(((corrected > 0) & (leaked >= corrected)).sum())
    return fired


@pytest.mark.slow
def test_the_engines_agree_on_who_lives_where_in_a_second_year() -> None:
    raw = copy.deepcopy(world(7))
    start = date.fromisoformat(raw["world"]["start"])
    raw["world"] |= {"people": 70, "end": (start + timedelta(days=399)).isoformat()}
    places = ("moves", "decays", "cools", "tells_standing", "has_scales", "comes_late", "is_local")
    plan = with_all_of(compile_plan(from_raw(raw, "a-second-year", check=False))[0], Random("years"), places)
    assert not list(differences(*both(plan)))
    fired = sum((reference.live(plan, v).fired for v in range(plan.world.variants)), Counter())
    assert fired["moved"] > AT_LEAST
    assert fired["score converted"] + fired["score begun anew"] > AT_LEAST


@pytest.mark.slow
@pytest.mark.parametrize("table", ["daily", "acts", "cases", "people", "letters", "journal"])
def test_a_single_number_that_differs_is_seen(table: str) -> None:
    plan = plan_of(3)
    result, lives = both(plan, journal=table == "journal")
    life = lives[-1]
    if table == "daily":
        cell = next(iter(life.daily["listings"]))
        life.daily["listings"][cell] += 1
    elif table == "acts":
        next(iter(life.acts.values()))[2] += 1
    elif table == "cases":
        life.cases[-1]["basis"] += 1
    elif table == "people":
        life.people["merited"][7] += 1
    elif table == "letters":
        life.letters.pop()
    else:
        life.journal.pop()
    assert [x.split(":")[0].split()[2].split(".")[0] for x in differences(result, lives)] == [
        "listings" if table == "daily" else table
    ]
