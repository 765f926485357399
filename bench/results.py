"""What a row says, and how rows are printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One row: ours against the floor. floor is None where the target is an absolute figure.

    limit: what the ratio (or ours, without a floor) may be at most, or with `at_least`, at least;
    None where the row only informs. unit: of ours and floor. is_wrong: missed whatever the figures.
    """

    name: str
    ours: float
    floor: float | None
    unit: str
    limit: float | None
    at_least: bool = False
    note: str = ""
    is_wrong: bool = False

    @property
    def ratio(self) -> float | None:
        """Return ours by the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def ok(self) -> bool | None:
        """Say whether the target is met; None where there is none."""
        if self.limit is None:
            return None
        if self.is_wrong:
            return False
        value = self.ours if self.ratio is None else self.ratio
        return value >= self.limit if self.at_least else value <= self.limit

    @property
    def target(self) -> str:
        """Return the target in words."""
        if self.limit is None:
            return "-"
        return f"{'>=' if self.at_least else '<='} {number(self.limit)}"

    def as_json(self) -> dict[str, object]:
        """Return the row as results.json keeps it."""
        return {
            "name": self.name, "ours": round(self.ours, 3),
            "floor": None if self.floor is None else round(self.floor, 3), "unit": self.unit,
            "ratio": None if self.ratio is None else round(self.ratio, 2), "target": self.target,
            "ok": self.ok, "note": self.note,
        }  # fmt: skip


def number(value: float | None) -> str:
    """Return a number short enough for a table."""
    if value is None:
        return "-"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"  # noqa: PLR2004


def table(results: list[Result]) -> str:
    """Return the rows as a table in plain text."""
    said = {True: "ok", False: "MISSED", None: ""}
    lines = [("name", "ours", "floor", "unit", "ratio", "target", "ok", "note")]
    lines += [
        (
            one.name, number(one.ours), number(one.floor), one.unit, number(one.ratio), one.target,
            said[one.ok], one.note,
        )
        for one in results
    ]  # fmt: skip
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    right = {1, 2, 4}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
