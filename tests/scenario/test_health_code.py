"""What a scenario may say of an epidemic and a health code, and what is refused, with its place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from glasshouse.errors import ScenarioError
from glasshouse.scenario.compile import compile_plan
from glasshouse.scenario.compile_epidemic import why_coloured
from glasshouse.scenario.patching import apply_patch
from glasshouse.scenario.reading import from_raw
from ill import ill_world

CODE = "practice.health_code"
NONSENSE = [
    ("epidemic.contacts.work.with", "school", "the world has no school"),
    ("epidemic.contacts.near.number", None, "exactly one of number, everyone"),
    ("epidemic.contacts.near.p", 1.0, "no contact is certain"),
    ("epidemic.seeds.region", "west", "not one of world.regions"),
    ("epidemic.seeds.number", 10_000, "there are only 640 people"),
    ("epidemic.infectious", {"always_days": 0}, "at least one day"),
    ("epidemic.contacts.near.number", 60_000, "others on a day"),
    (f"{CODE}.colours", ["yellow", "blue"], '"blue" is not one of lists'),
    (f"{CODE}.found.test.files", "blue", '"blue" is not one of lists'),
    (f"{CODE}.tracing.contacts.school", {"share": 1, "files": "red"}, "not one of epidemic.contacts"),
    (f"{CODE}.isolation.red.school", 0.1, "not one of epidemic.contacts"),
    (f"{CODE}.found", {}, "nobody is: say how in found"),
    (f"{CODE}.causes.journey.by_group", {"Z": 2}, "Z"),
    (f"{CODE}.causes.journey.rate", "1000000 per day", "a day in a block"),
    (f"{CODE}.gates.station.to", [], "no scan"),
    ("epidemic", None, "there is no epidemic"),
    (CODE, None, "there is no practice.health_code"),
]


@pytest.mark.parametrize(("path", "value", "message"), NONSENSE, ids=[f"{p}-{m[:12]}" for p, _, m in NONSENSE])
def test_nonsense_is_refused_with_its_place(path: str, value: Any, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        from_raw(apply_patch(ill_world(), path, value), "ill")
    assert any(message in problem.message for problem in refused.value.problems), refused.value.problems


def test_nothing_of_it_is_named_as_not_simulated() -> None:
    from glasshouse.scenario.checks import unsimulated

    assert unsimulated(from_raw(ill_world(), "ill").variants[0][1]) == []


def test_the_tables_are_worked_out_on_paper() -> None:
    fewer = {"name": "fewer", "set": {"epidemic.contacts.near.number": 2, "epidemic.contacts.near.p": 0.015}}
    plan, names = compile_plan(from_raw(ill_world(variants=[fewer]), "ill"))
    t = plan.outside.epidemic
    assert t.reach.tolist() == [0, 6, -2, -1]
    assert t.slots.tolist() == [5, 4, 5, 6]
    assert t.meets.tolist() == [[5, 4, 5, 6], [5, 4, 2, 6]]
    hits = np.array([5 * -np.log(0.9), 4 * -np.log(0.94), 5 * -np.log(0.97), 0])
    assert t.cells.tolist() == [0, 4]
    assert t.cell_slots.tolist() == [5, 4, 5, 6]
    assert t.cell_cut / 2**32 == pytest.approx(np.cumsum(hits) / hits.sum())
    assert t.spread_cdf[0, 0] / 2**64 == pytest.approx(np.exp(-hits.sum()))
    assert t.passes[:, 0, 2] / 2**32 == pytest.approx([1, np.log(0.985) / np.log(0.97)])
    yellow, red = names.lists.index("yellow"), names.lists.index("red")
    assert t.isolates[0, 2, [yellow, red]] / 2**32 == pytest.approx([0.4, 0.1])
    assert (t.seed_first, t.seed_beyond) == (256, 640)
    assert t.cause_len[0] > 1
    assert t.cause[1, 0] / 2**32 == pytest.approx([1 / 3, 1])
    assert t.code_lists.tolist() == [1 << yellow | 1 << red] * 2
    assert (t.recipients[0, 0], t.fields[0, 0]) == (2, 2)


def test_what_a_variant_has_beyond_the_base_is_drawn_beside_it() -> None:
    layer, code = "epidemic.contacts.near", "practice.health_code"
    more = {f"{layer}.number": 7, f"{layer}.p": 0.05, f"{code}.causes.journey.rate": "9 per year"}
    plan, _ = compile_plan(from_raw(ill_world(variants=[{"name": "more", "set": more}]), "ill"))
    t, alone = plan.outside.epidemic, compile_plan(from_raw(ill_world(), "ill"))[0].outside.epidemic
    own, often, base = slice(0, 4), -np.log(0.95), -np.log(0.97)
    assert t.spread_cdf[0, : t.spread_len[0]].tolist() == alone.spread_cdf[0].tolist()
    assert t.cell_slots[own].tolist() == alone.cell_slots.tolist()
    assert t.cell_cut[own].tolist() == alone.cell_cut.tolist()
    assert t.passes[0, 0, own].tolist() == alone.passes[0, 0].tolist()
    assert [(c.tolist()) for c in (t.cell_layer[4:], t.cell_first[4:], t.cell_slots[4:])] == [[2, 2], [0, 5], [5, 2]]
    assert t.passes[:, 0, 4:].tolist() == [[0, 0], [2**32, 2**32]]
    assert t.cell_cut[4:] / 2**32 == pytest.approx([5 * (often - base) / (5 * (often - base) + 2 * often), 1])
    assert t.spread_cdf[1, 0] / 2**64 == pytest.approx(np.exp(-5 * (often - base) - 2 * often))
    assert t.causes == alone.causes + 1
    for k in range(alone.causes):
        assert t.cause_cdf[k, : t.cause_len[k]].tolist() == alone.cause_cdf[k, : alone.cause_len[k]].tolist()
        assert t.cause[k, 0].tolist() == alone.cause[k, 0].tolist()


def test_an_illness_of_ten_days_has_ten_and_one_with_a_mean_of_six_has_six() -> None:
    raw = ill_world()
    for lasts, mean in (({"always_days": 10}, 10), ({"between_days": [3, 5]}, 4), ({"mean_days": 6}, 6)):
        t = compile_plan(from_raw(apply_patch(raw, "epidemic.infectious", lasts), "ill"))[0].outside.epidemic
        first = t.delays.first[t.infectious]
        table = t.delays.cut[first : first + t.delays.length[t.infectious]] / 2**32
        assert 1 + (1 - table).sum() == pytest.approx(mean, abs=1e-6)


def test_why_says_what_a_colour_is_for() -> None:
    variants = [s for _, s in from_raw(ill_world(), "ill").variants]
    assert why_coloured(variants, 0, 5) == ("ill, and found: test", f"{CODE}.found.test")
    text, place = why_coloured(variants, 17, 5)
    assert text == "traced as a contact of person 5, who was found the day before (work)"
    assert place == f"{CODE}.tracing.contacts.work"
    assert why_coloured(variants, 33, 5) == ("coloured for another cause: wrong test", f"{CODE}.causes.wrong_test")
