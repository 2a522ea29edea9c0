"""Which column holds what: guessed from the headings, remembered for the next file with the same ones."""

import hashlib
import re
from collections.abc import Mapping

from core.imports.tables import Table
from core.search import fold

type ColumnMapping = dict[str, int]
"""Field → position of its column."""


def heading_signature(table: Table) -> str:
    """Return what two files of the same type share: their headings. Empty where a file has none."""
    if not table.heading:
        return ""
    return hashlib.sha256("\x1f".join(_key(column) for column in table.columns).encode()).hexdigest()


def guess_columns(table: Table, words: Mapping[str, tuple[str, ...]]) -> ColumnMapping:
    """Return the columns whose headings name a field: exactly first, then as part of a longer heading.

    words: field → folded words without spaces and signs, the most telling first. A column serves one field.
    """
    keys = [_key(column) for column in table.columns]
    found: ColumnMapping = {}
    for fits in (lambda key, word: key == word, lambda key, word: len(word) > 3 and word in key):
        for field, candidates in words.items():
            if field in found:
                continue
            free = [index for index in range(len(keys)) if index not in found.values()]
            hits = [index for word in candidates for index in free if fits(keys[index], word)]
            if hits:
                found[field] = hits[0]
    return found


def fit_columns(mapping: Mapping[str, int], table: Table) -> ColumnMapping:
    """Return a mapping without columns the table does not have."""
    return {field: column for field, column in mapping.items() if 0 <= column < len(table.columns)}


def _key(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(heading))
