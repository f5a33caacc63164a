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


def test_a_changed_helper_gives_the_new_answer(tmp_path: Path) -> None:
    package = tmp_path / "glasshouse"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "kernels.py").write_bytes((PACKAGE / "kernels.py").read_bytes())
    (package / "kernel.py").write_text(
        "from glasshouse.helper import answer\nfrom glasshouse.kernels import entry\n\n"
        "@entry\ndef ask():\n    return answer()\n"
    )

    def answer(text: str) -> str:
        (package / "helper.py").write_text(f"from glasshouse.kernels import pure\n\n@pure\ndef answer():\n    {text}\n")
        env = {**os.environ, "PYTHONPATH": str(tmp_path), "GLASSHOUSE_CACHE_DIR": str(tmp_path / "cache")}
        code = "from glasshouse.kernel import ask; print(ask())"
        done = subprocess.run([sys.executable, "-B", "-c", code], env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert answer("return 41") == "41"
    assert answer("return 42") == "42"
