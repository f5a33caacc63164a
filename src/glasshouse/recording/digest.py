"""The same bytes: a BLAKE2 digest of a table's decoded columns, variant by variant.

A digest does not see row groups, dictionaries, compression or the cut of batches, nor which other variants ran
beside, nor what the variant is called: a variant that changes nothing has the digest of the base. For letters it is
over the rows whose mask has the bit of the variant, with the mask left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from glasshouse.recording.schema import ROWS, TABLES

SIZE = 32
LEFT_OUT = frozenset({"variant", "mask"})


class TableDigest:
    """Of one variant of one table. Fed with its rows in order, in batches of any size."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[Any, Any]] = {}
        self._rows = 0

    def update(self, table: pa.Table) -> None:
        """The next rows. Columns are told apart by name, so their order in the file does not matter."""
        self._rows += table.num_rows
        for name in table.column_names:
            if name not in LEFT_OUT:
                values, valid = self._columns.setdefault(name, (blake2b(digest_size=SIZE), blake2b(digest_size=SIZE)))
                for chunk in table.column(name).chunks:
                    decoded, present = canonical(chunk)
                    values.update(decoded)
                    valid.update(present)

    def hexdigest(self) -> str:
        """One digest of all columns, their names and the number of rows."""
        whole = blake2b(str(self._rows).encode(), digest_size=SIZE)
        for name in sorted(self._columns) if self._rows else ():
            values, valid = self._columns[name]
            whole.update(name.encode() + b"\0" + values.digest() + valid.digest())
        return whole.hexdigest()


def canonical(column: pa.Array) -> tuple[NDArray[Any], NDArray[np.uint8]]:
    """A column as little-endian integers and one byte a row that says whether it is there.

    Words become 8 bytes of their own digest.
    """
    present = np.asarray(column.is_valid()).view(np.uint8)
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if pa.types.is_dictionary(column.type):
        return _of_words(column, present), present
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    whole = pc.fill_null(column, 0) if column.null_count else column
    decoded = np.ascontiguousarray(whole.to_numpy(zero_copy_only=False))
    return decoded.astype(decoded.dtype.newbyteorder("<"), copy=False), present


def _of_words(column: pa.DictionaryArray, present: NDArray[np.uint8]) -> NDArray[np.uint64]:
    words = column.dictionary.to_pylist()
    marks = np.array(
        [int.from_bytes(blake2b(w.encode(), digest_size=8).digest(), "little") for w in words] + [0], dtype="<u8"
    )
    index = np.asarray(pc.fill_null(column.indices, 0)).astype(np.int64)
    return marks[np.where(present, index, len(words))]


def of_variant(table: pa.Table, number: int, name: str) -> pa.Table:
    """The rows of one variant: by name, or, for letters, by the bit of the mask."""
    if "mask" in table.column_names:
        return table.filter(pc.not_equal(pc.bit_wise_and(table.column("mask"), 1 << number), 0))
    return table.filter(pc.equal(table.column("variant").cast(pa.string()), name))


def digest_file(path: Path, variants: tuple[str, ...]) -> dict[str, str]:
    """The digest of each variant of a written table, read again from the file."""
    digests = {name: TableDigest() for name in variants}
    for batch in _batches(path):
        for number, name in enumerate(variants):
            digests[name].update(of_variant(batch, number, name))
    return {name: digest.hexdigest() for name, digest in digests.items()}


def _batches(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS):
            yield pa.Table.from_batches([batch])


def digest_folder(folder: Path, variants: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The digests of every table that a folder holds, to be compared with those of its manifest."""
    here = [name for name in TABLES if (folder / f"{name}.parquet").exists()]
    return {name: digest_file(folder / f"{name}.parquet", variants) for name in here}
