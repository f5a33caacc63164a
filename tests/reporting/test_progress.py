"""The progress line: on a terminal and nowhere else, with people, date, rate and time left."""

from __future__ import annotations

import io

from glasshouse.reporting.progress import Meter, clock, line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_says_share_date_people_rate_and_time_left() -> None:
    told = line("living", 500, 2000, 1_000_000, "2015-03-08", 10.0)
    assert [part.strip() for part in told.split("  ") if part] == [
        "living",
        "25%",
        "2015-03-08",
        "1,000,000 people",
        "5.0e+07 person-days/s",
        "0:30 left",
    ]


def test_nothing_is_said_where_nobody_watches() -> None:
    stream = io.StringIO()
    meter = Meter(stream)
    meter("living", 1, 2, people=5)
    meter.close()
    assert stream.getvalue() == ""


def test_a_terminal_gets_one_line_for_each_step() -> None:
    stream = Terminal()
    meter = Meter(stream)
    meter("compiling", 0, 0)
    meter("living", 1, 2, people=5, date="2014-01-01")
    meter("living", 2, 2, people=5, date="2014-01-02")
    meter.close()
    lines = stream.getvalue().split("\n")
    assert len(lines) == 3
    assert lines[0].startswith("\rcompiling")
    assert "100%" in lines[1]
    assert lines[2] == ""


def test_a_resumed_run_counts_only_its_own_days_for_the_rate() -> None:
    meter = Meter(Terminal())
    meter.first = 900
    meter.step = "living"
    # 100 days in 10 seconds by this process: 10 a second, and 1,000 days left take 100 seconds
    told = meter._text(1000, 2000, 7, "", 10.0)
    assert "7.0e+01 person-days/s" in told
    assert told.endswith("1:40 left")


def test_a_shorter_line_wipes_the_longer_one_before_it() -> None:
    stream = Terminal()
    meter = Meter(stream)
    meter._write("a long line")
    meter._write("short")
    assert stream.getvalue().endswith("\rshort      ")


def test_seconds_are_shown_as_a_clock() -> None:
    assert [clock(s) for s in (0.2, 59.6, 3601)] == ["0:00", "1:00", "60:01"]
