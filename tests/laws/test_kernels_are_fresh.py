"""Compiled code is never older than its source, though numba's own cache looks at one file only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from glasshouse.kernels import source_digest, sources_of

PACKAGE = Path(__file__).parents[2] / "src" / "glasshouse"


def test_a_kernel_is_known_by_its_own_file_and_every_file_it_imports() -> None:
    of_the_day = {path.relative_to(PACKAGE).as_posix() for path in sources_of("glasshouse.engines.day")}
    assert {"engines/day.py", "engines/buffers.py", "chance.py", "mechanisms/redress.py", "world/ties.py"} <= of_the_day
    assert "engines/cpu.py" not in of_the_day, "who calls the kernels is not in them"


def test_modules_of_different_sources_have_different_digests() -> None:
    assert source_digest("glasshouse.engines.day") != source_digest("glasshouse.world.ties")


def a_package_with_a_kernel(place: Path) -> Path:
    """A package called glasshouse that has our way of compiling and one kernel, which asks a helper."""
    package = place / "glasshouse"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for name in ("kernels.py", "compiling.py"):
        (package / name).write_bytes((PACKAGE / name).read_bytes())
    (package / "kernel.py").write_text(
        "from glasshouse.helper import answer\nfrom glasshouse.kernels import entry\n\n"
        "@entry\ndef ask():\n    return answer()\n"
    )
    helped(package, "return 41")
    return package


def helped(package: Path, text: str) -> None:
    (package / "helper.py").write_text(f"from glasshouse.kernels import pure\n\n@pure\ndef answer():\n    {text}\n")


def asked(place: Path, cache: Path, question: str) -> subprocess.Popen[str]:
    """A process that imports the kernel from `place`, keeps compiled code in `cache`, and prints what it is asked for."""
    env = {**os.environ, "PYTHONPATH": str(place), "GLASSHOUSE_CACHE_DIR": str(cache)}
    code = f"from glasshouse.kernel import ask; print({question})"
    return subprocess.Popen([sys.executable, "-B", "-c", code], env=env, stdout=subprocess.PIPE, text=True)


def test_a_changed_helper_gives_the_new_answer(tmp_path: Path) -> None:
    package = a_package_with_a_kernel(tmp_path)
    assert asked(tmp_path, tmp_path / "cache", "ask()").communicate()[0] == "41\n"
    helped(package, "return 42")
    assert asked(tmp_path, tmp_path / "cache", "ask()").communicate()[0] == "42\n"


def test_of_two_processes_one_compiles_and_places_do_not_matter(tmp_path: Path) -> None:
    for name in ("here", "there"):
        a_package_with_a_kernel(tmp_path / name)
    both = [
        asked(tmp_path / name, tmp_path / "cache", "ask(), len(ask.stats.cache_hits)") for name in ("here", "there")
    ]
    assert sorted(process.communicate()[0] for process in both) == ["41 0\n", "41 1\n"]
