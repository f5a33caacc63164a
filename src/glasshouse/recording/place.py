"""Where a recording is put: beside its place while it is being made, and into its place when it is whole.

Work goes on in `NAME.partial`. A finished recording is never overwritten. A checkpoint is written aside and moved, so
that whoever is killed while writing one still has the one before; its digest is checked when it is read.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasshouse.errors import RecordingError

PARTIAL = ".partial"
CHECKPOINT = "checkpoint"
Arrays = Mapping[str, NDArray[Any]]


def partial(place: Path) -> Path:
    """The folder in which the recording for this place is being made."""
    return place.with_name(place.name + PARTIAL)


def choose(parent: Path, name: str, out: Path | None = None) -> Path:
    """Where a new recording goes: `out` if it is free, otherwise NAME, NAME-2, NAME-3, … whichever is free first."""
    if out is not None:
        refuse_taken(out)
        return out
    number, place = 1, parent / name
    while place.exists() or partial(place).exists():
        number += 1
        place = parent / f"{name}-{number}"
    return place


def refuse_taken(place: Path) -> None:
    """A place that already holds something is never overwritten."""
    if place.exists():
        raise RecordingError(
            f'"{place.name}" exists already and is not overwritten. Give another --out, or remove it first.'
        )


def refuse_begun(place: Path, resume: bool = False) -> Path:
    """The folder to work in, if work may begin there (with `resume`, go on there).

    What was finished is never overwritten, and work that was left half done is not thrown away.
    """
    refuse_taken(place)
    work = partial(place)
    if work.exists() and not resume:
        raise RecordingError(
            f'"{work.name}" is the beginning of a run that was stopped. Continue it with --resume, or remove it first.'
        )
    if resume and not work.exists():
        raise RecordingError(f'There is no "{work.name}" to resume. Start the run without --resume.')
    return work


def start(place: Path, resume: bool = False) -> Path:
    """Make, or find again, the folder to work in."""
    work = refuse_begun(place, resume)
    _made(work, exist_ok=resume)
    return work


def make_room(place: Path) -> None:
    """The folder that the recording will lie in. Raises RecordingError before anything is lived where none can be made."""
    _made(place.parent, exist_ok=True)
    if not os.access(place.parent, os.W_OK):
        raise RecordingError(f'Nothing can be written into "{place.parent.name}". Give another --out.')


def _made(folder: Path, exist_ok: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=exist_ok)
    except OSError as fault:
        raise RecordingError(
            f'The folder "{folder.name}" cannot be made: {fault.strerror}. Give another --out.'
        ) from None


def finish(work: Path, place: Path) -> Path:
    """The recording is whole: its checkpoints go, its files reach the disk, and it is moved into place in one step."""
    refuse_taken(place)
    for old in work.glob(f"{CHECKPOINT}*"):
        shutil.rmtree(old)
    for file in sorted(work.rglob("*")):
        if file.is_file():
            flush(file)
    flush(work)
    os.replace(work, place)
    flush(place.parent)
    return place


def flush(path: Path) -> None:
    """Have the system write a file, or the entries of a folder, to the disk.

    Folders cannot be flushed on Windows and need not be.
    """
    if path.is_dir():
        if os.name != "nt":
            _fsync(path, os.O_RDONLY)
    else:
        _fsync(path, os.O_RDWR | getattr(os, "O_BINARY", 0))


def _fsync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- whole files -----------------------------------------------------------------------------------


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there either as it was before or as it is now."""
    aside = path.with_name(path.name + ".new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    flush(aside)
    os.replace(aside, path)


def write_json(path: Path, document: Any) -> None:
    """A JSON file with sorted keys off, two spaces, and no number that JSON does not know."""
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


# --- checkpoints -----------------------------------------------------------------------------------


def checkpoint_write(folder: Path, arrays: Arrays, meta: Mapping[str, Any]) -> None:
    """Keep the state of a run.

    `folder` is the folder of the work; whoever is killed here keeps the checkpoint before this one.

    arrays: any NumPy arrays by name. meta: whatever JSON holds, such as the day. The new one is `checkpoint.new`
    until it is whole, the one before is `checkpoint.old` for the moment in which the two change places.
    """
    new, now, old = (folder / f"{CHECKPOINT}{end}" for end in (".new", "", ".old"))
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    index = {name: _write_array(new / f"{number}.npy", array) for number, (name, array) in enumerate(arrays.items())}
    body = json.dumps({"meta": dict(meta), "arrays": index}, sort_keys=True)
    write_whole(new / "index.json", json.dumps({"digest": _digest(body.encode()), "body": body}))
    flush(new)
    if now.exists():
        shutil.rmtree(old, ignore_errors=True)
        os.replace(now, old)
    os.replace(new, now)
    flush(folder)
    shutil.rmtree(old, ignore_errors=True)


def checkpoint_read(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
    """The newest whole checkpoint as (arrays, meta), or None if there is none.

    One that is torn or altered is passed over.
    """
    for end in ("", ".old"):
        found = _read(folder / f"{CHECKPOINT}{end}")
        if found is not None:
            return found
    return None


def _write_array(path: Path, array: NDArray[Any]) -> dict[str, Any]:
    array = np.asarray(array)
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {"file": path.name, "digest": _array_digest(array)}


def _array_digest(array: NDArray[Any]) -> str:
    whole = np.asarray(array, order="C")
    shape = f"{whole.dtype.str}{whole.shape}".encode()
    return _digest(shape, whole.reshape(-1).view(np.uint8) if whole.size else b"")


def _digest(*parts: Any) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _read(place: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
    try:
        index = json.loads((place / "index.json").read_text(encoding="utf-8"))
        if _digest(index["body"].encode()) != index["digest"]:
            return None
        body = json.loads(index["body"])
        arrays = {name: np.load(place / entry["file"], allow_pickle=False) for name, entry in body["arrays"].items()}
    except (OSError, ValueError, KeyError, EOFError, TypeError):
        return None
    whole = all(_array_digest(arrays[name]) == entry["digest"] for name, entry in body["arrays"].items())
    return (arrays, body["meta"]) if whole else None
