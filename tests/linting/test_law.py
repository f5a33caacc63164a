"""The law base: what is in force on a day, what was looked up, what a citation shows."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from glasshouse.errors import UsageError
from glasshouse.law import cite

TODAY = date(2026, 11, 21)


def test_a_superseded_provision_was_in_force_until_its_last_day() -> None:
    first = cite.provision("CN-SPC-2013")
    assert [
        first.in_force(date(y, m, d)) for y, m, d in ((2013, 9, 30), (2013, 10, 1), (2017, 4, 30), (2017, 5, 1))
    ] == [False, True, True, False]
    assert cite.provision("CN-SPC-2017-2").in_force(date(2017, 5, 1))


def test_a_postponed_duty_is_not_yet_in_force() -> None:
    assert not cite.provision("EU-AIA-27").in_force(TODAY)
    assert cite.provision("EU-AIA-27").in_force(date(2027, 12, 2))
    assert cite.provision("EU-AIA-5-1-c").in_force(TODAY)


def test_a_treaty_that_is_not_in_force_a_draft_and_a_proposal_bind_nobody() -> None:
    assert not any(cite.provision(i).in_force(TODAY) for i in ("COE-AI-14", "EU-GL-HR", "EU-GDPR-PENDING"))


def test_customary_law_has_no_first_day() -> None:
    assert cite.provision("IHL-R103").in_force(date(1990, 1, 1))


def test_a_withdrawn_guidance_ends_on_its_day() -> None:
    assert not cite.provision("US-CFPB-C").in_force(TODAY)
    assert cite.provision("US-CFPB-C").in_force(date(2024, 1, 1))


def test_a_recalled_provision_carries_its_mark_in_every_citation() -> None:
    for p in cite.provisions().values():
        assert ("recalled, not looked up" in p.cite()) is (p.checked == "memory")


def test_private_repositories_are_no_sources_and_links_are_to_publishers() -> None:
    for p in cite.provisions().values():
        assert "git" not in (p.link or "") + (p.official_id or "").lower()
        assert p.link is None or p.link.startswith("https://")


def test_a_provision_can_be_cited_in_bibtex() -> None:
    told = cite.bibtex("EU-GDPR-22-1")
    assert told.startswith("@legislation{EU-GDPR-22-1,")
    assert "GDPR" in told


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(UsageError, match="EU-XYZ"):
        cite.provision("EU-XYZ")


def test_the_law_base_is_text_throughout_so_both_readers_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = cite._written()
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert cite._written() == quick
