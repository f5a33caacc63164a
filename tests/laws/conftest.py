"""What the laws share: the tree, a world without a network, and one small recording made in it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from glasshouse import verbs

ROOT = Path(__file__).resolve().parents[2]


class Blocked(Exception):
    """Something tried to reach a network."""


def _refused(*_: Any, **__: Any) -> Any:
    raise Blocked("a socket was asked for")


@pytest.fixture(scope="session")
def without_sockets() -> Iterator[None]:
    """Every way to a network raises, for as long as the laws run."""
    names = ("connect", "connect_ex", "bind", "sendto")
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(socket.socket, name, _refused)
        for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostname", "getfqdn"):
            patch.setattr(socket, name, _refused)
        yield


@pytest.fixture(scope="session")
def village(without_sockets: None, tmp_path_factory: pytest.TempPathFactory) -> verbs.Run:
    """Twenty thousand people, 150 days, measured and reported, made without a network."""
    place = tmp_path_factory.mktemp("laws") / "village"
    return verbs.run("defaulter-list", people=20_000, days=150, seed=3, out=place, journal="0,1,2")
