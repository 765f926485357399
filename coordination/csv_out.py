"""The one CSV writer (trust.md D18 and 7). Every export of the service goes through `csv_response`.

A spreadsheet runs a cell that begins like a formula, whoever typed it. Such text gets a leading
apostrophe; numbers and dates are written as what they are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from django.http import HttpResponse
from django.utils.text import slugify

LEAD_INS = frozenset("=+-@|%")
BYTE_ORDER_MARK = "\ufeff"  # tells Excel that the file is UTF-8

Cell = str | int | float | Decimal | date | time | None


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    Blanks, controls, byte order marks and zero-width characters at the front are looked through:
    spreadsheets drop them. Full-width and small forms of the lead-ins count as the lead-ins.
    """
    for char in text:
        if char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}:
            continue
        plain = unicodedata.normalize("NFKC", char)[:1]
        return f"'{text}" if plain in LEAD_INS else text
    return text


def cell(value: Cell) -> str | int | float | Decimal:
    """Return one value as the writer puts it: numbers bare, instants in ISO, text guarded.

    An instant keeps its offset. Raises ValueError for an instant without a zone, and TypeError for
    anything that is not a plain value: an export lists its columns, it never dumps an object.
    """
    match value:
        case None:
            return ""
        case datetime():
            if value.tzinfo is None:
                raise ValueError("an exported instant needs a time zone")
            return value.isoformat(timespec="minutes")
        case date() | time():
            return value.isoformat()
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            return value
        case str():
            return guarded(value.encode("utf-8", "replace").decode())
    raise TypeError(f"no cell for {type(value).__name__}")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]], watermark: str) -> str:
    """Return the file: header, rows, then the watermark row that says who took it and when.

    Text is always in quotes, so that a reader that splits at semicolons finds no new cell start.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([cell(title) for title in header])
    writer.writerows([cell(value) for value in row] for row in rows)
    writer.writerow([cell(watermark)])
    return out.getvalue()


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, watermark: str
) -> HttpResponse:
    """Return the download. name: of the file, without ending; a slug is made of it.

    The view marks itself trail="export" and calls `audit.record_export` first: nothing leaves
    that the trail does not hold.
    """
    response = HttpResponse(
        BYTE_ORDER_MARK + csv_text(header, rows, watermark), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "export"}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
