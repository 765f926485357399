"""Reading a CSV file line by line, each with its own bytes, so that a broken one can be kept."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coordination.exchange.directory.kinds import missing_columns
from coordination.records import Refused

MOST_RAW = 64 * 1024
MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the file. number: of its last line; broken: why it could not be split."""

    number: int
    raw: bytes
    cells: dict[str, str]
    broken: str = ""


class _Tap:
    """Gives the text of each line, and keeps the bytes of those not asked for yet."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines = lines
        self.seen: list[bytes] = []

    def __iter__(self) -> _Tap:
        return self

    def __next__(self) -> str:
        raw = next(self.lines)
        self.seen.append(raw)
        return raw.decode("utf-8", errors="replace").removeprefix(MARK)

    def taken(self) -> bytes:
        """Return the bytes since the last call, cut at what is kept of one record."""
        raw, self.seen = b"".join(self.seen), []
        return raw[:MOST_RAW]


def lines_of(path: Path) -> Iterator[Line]:
    """Give each record of a CSV file, one at a time; memory does not grow with the file.

    Bytes that are no UTF-8 come as the replacement character, which no field takes. Raises OSError,
    or Refused when the file lacks a column that an entry needs.
    """
    with path.open("rb") as file:
        tap = _Tap(iter(file))
        reader = csv.DictReader(tap, restkey="rest", restval="")
        try:
            header = list(reader.fieldnames or [])
        except csv.Error:
            header = []
        if missing := missing_columns(header):
            raise Refused(f"This is not such a file: it has no column “{missing[0]}”.")
        tap.taken()
        while (one := _next(reader, tap)) is not None:
            yield one


def _next(reader: csv.DictReader[str], tap: _Tap) -> Line | None:
    try:
        cells = next(reader)
    except StopIteration:
        return None
    except csv.Error:
        return Line(reader.line_num, tap.taken(), {}, "The line cannot be split into its columns.")
    named = {name: str(value) for name, value in cells.items() if name}
    return Line(reader.line_num, tap.taken(), named)
