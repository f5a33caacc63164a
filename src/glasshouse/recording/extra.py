"""Tables of what files from elsewhere: each source says its columns, and this says how they are written.

A column `variant`, `region`, `group`, `list`, `kind` or `basis` of numbers becomes words; a column of words stays words; a masked array
has nulls where it is masked; `day` is 32 bits wide and every other number 64. Rows are written in the order given: the source's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from glasshouse.codes import BASES, EXITS, KINDS
from glasshouse.recording.schema import WORDS, stamped
from glasshouse.scenario.tables import Names


def extra_table(names: Names, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """One table from its columns; all of one length, one of them `variant`."""
    made = {name: _column(name, values, names) for name, values in columns.items()}
    return pa.table(made, schema=stamped([(name, column.type) for name, column in made.items()], names))


def _column(name: str, values: NDArray[Any], names: Names) -> pa.Array:
    vocabulary = {"variant": names.variants, "region": names.regions, "group": names.groups, "list": names.lists}
    known = (vocabulary | {"kind": KINDS, "basis": BASES}).get(name)
    if values.dtype.kind in "UO":
        return pa.array([str(x) for x in values], pa.string()).dictionary_encode().cast(WORDS)
    if name == "closed_by":
        return pa.array([EXITS[x] or None for x in values], pa.string()).dictionary_encode().cast(WORDS)
    if known is not None:
        index = pa.array(np.asarray(values).astype(np.int16))
        return pa.DictionaryArray.from_arrays(index, pa.array(known, pa.string()))
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    plain = np.ascontiguousarray(np.asarray(values), np.int32 if name == "day" else np.int64)
    return pa.array(plain, mask=mask)
