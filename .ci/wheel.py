"""Is the wheel whole? It is looked into, installed in a bare environment outside the tree, and run there.

Usage: python .ci/wheel.py DIST. Ends with exit code 1 and a sentence if anything is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "glasshouse"
DATA = {".py", ".typed", ".yaml", ".csv", ".json", ".html", ".css", ".j2", ".md", ".svg", ".jinja"}


def shipped() -> set[str]:
    """Every file of the package as the tree has it: code, the catalogue, templates, frozen fits."""
    files = (p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {f"glasshouse/{p.relative_to(PACKAGE).as_posix()}" for p in files}


def look_into(wheel: Path) -> list[str]:
    """What the wheel lacks and what it should not have."""
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    wrong = [f"missing: {n}" for n in sorted(shipped() - names)]
    wrong += [f"not ours: {n}" for n in sorted(names) if not n.startswith("glasshouse/")]
    wrong += [f"odd: {n}" for n in sorted(names) if Path(n).suffix not in DATA]
    if "glasshouse/py.typed" not in names:
        wrong.append("missing: glasshouse/py.typed")
    if not any(n.startswith("glasshouse/scenario/catalogue/") and n.endswith(".yaml") for n in names):
        wrong.append("missing: the catalogue")
    return wrong


def bare_environment(folder: Path, wheel: Path) -> Path:
    """A new environment with the wheel and what it asks for. The folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-c", str(ROOT / "requirements" / "run.txt"), str(wheel)], check=True, cwd=folder)
    return programs


def use(programs: Path, where: Path) -> None:
    """The verbs a newcomer tries, from a folder that is not the tree, with nothing of the tree on the path."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}

    def glasshouse(*words: str) -> str:
        done = subprocess.run(
            [str(programs / "glasshouse"), *words], cwd=where, env=env, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            sys.exit(f"wheel: glasshouse {' '.join(words)} ended with exit code {done.returncode}")
        return done.stdout

    glasshouse("--version")
    json.loads(glasshouse("schema"))
    json.loads(glasshouse("run", "defaulter-list", "--people", "20000", "--days", "90", "--out", "small", "--json"))
    if not (where / "small" / "report.html").is_file():
        sys.exit("wheel: the run wrote no report.html")
    glasshouse("demo", "--people", "20000", "--days", "90", "--no-open")


def main(dist: str) -> None:
    wheel = next(Path(dist).glob("*.whl")).resolve()
    if wrong := look_into(wheel):
        sys.exit("\n".join(["wheel:", *wrong]))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "elsewhere").mkdir()
        use(bare_environment(folder / "venv", wheel), folder / "elsewhere")
    print(f"{wheel.name}: {len(shipped())} files, installed in a bare environment and run")


if __name__ == "__main__":
    main(sys.argv[1])
