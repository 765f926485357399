"""The shipped pack: whole, cited, graded; loading it again changes nothing in use."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from coordination.clocks.actions import RuleChanged, load_rules
from coordination.clocks.actions.packs import PACKS, read_pack
from coordination.clocks.models import (
    Calendar,
    CalendarKind,
    DeadlineRule,
    Grade,
    Holiday,
    RuleKind,
    RulePack,
    Severity,
    SignOff,
    Unit,
    Whose,
)
from patients.models import PayerClass

SHIPPED = PACKS / "us-federal-2026"
EVIDENCE = {
    "call", "contact", "attempts", "visit", "medrec", "minutes", "determination", "filing",
    "notice", "choice", "transfer", "document", "status", "receipt",
}  # fmt: skip


def shipped() -> list[dict]:
    return read_pack(SHIPPED)[1]


@pytest.mark.parametrize(
    "row", [pytest.param(r, id=f"{r['slug']}-{r['version']}") for r in shipped()]
)
def test_a_shipped_rule_speaks_in_known_codes(row: dict) -> None:
    assert row["grade"] in Grade.values
    assert row["kind"] in RuleKind.values
    assert row.get("unit", "none") in Unit.values
    assert row.get("whose", "us") in Whose.values
    assert row.get("severity", "regulatory") in Severity.values
    assert set(row["payer_classes"]) <= {*PayerClass.values, "any"}
    assert set(row.get("evidence", [])) <= EVIDENCE
    assert row["title"]
    assert row.get("citation") or row.get("note")
    assert row["kind"] != "expected" or row.get("severity") == "practice" or "amount" not in row


@pytest.mark.parametrize("payer_class", ["self_pay", "other", "unconfirmed"])
def test_no_payer_rule_is_for_a_class_without_known_rules(payer_class: str) -> None:
    assert all(payer_class not in row["payer_classes"] for row in shipped())


@pytest.mark.shared
def test_every_rule_of_the_fields_table_is_in_the_pack() -> None:
    source = Path(__file__).resolve().parents[2].parent / "shared" / "rules.md"
    if not source.exists():
        pytest.skip("../shared is not laid beside this checkout")
    section = source.read_text().split("\n## 2. ")[1].split("\nNotes. ")[0]
    table = [line for line in section.splitlines() if line.startswith("| `")]
    slugs = {slug for line in table for slug in re.findall(r"`([a-z0-9-]+)`", line.split("|")[1])}
    assert slugs - {"file"} <= {row["slug"] for row in shipped()}
    assert len(slugs) > 70


def test_loading_twice_writes_nothing_the_second_time(rulebook) -> None:
    assert load_rules() == 0
    assert DeadlineRule.objects.count() == len(shipped())
    assert not DeadlineRule.objects.filter(grade="C").exclude(sign_offs=None).exists()


def edited(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "us-federal-2026"
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    file = folder / "leaving.toml"
    file.write_text(file.read_text().replace(old, new, 1))
    return folder


def test_a_rule_in_use_is_never_edited(rulebook, supervisor, tmp_path: Path) -> None:
    folder = edited(tmp_path, "amount = 2\n", "amount = 3\n")
    rule = DeadlineRule.objects.get(slug="tcm-contact")
    SignOff.objects.create(
        organization=supervisor.organization, rule=rule, user=supervisor,
        signed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    with pytest.raises(RuleChanged, match="write the change as version 2"):
        load_rules([folder])
    rule.refresh_from_db()
    assert rule.amount == 2


def test_a_rule_nobody_uses_yet_may_be_mended(rulebook, tmp_path: Path) -> None:
    assert load_rules([edited(tmp_path, "amount = 2\n", "amount = 3\n")]) == 1
    assert DeadlineRule.objects.get(slug="tcm-contact").amount == 3


def test_the_command_fills_rules_and_holidays_and_may_run_again(db, capsys) -> None:
    call_command("load_rules")
    call_command("load_rules")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"Rules written: {len(shipped())}, holidays added: ")
    assert second == "Rules written: 0, holidays added: 0"


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_from": "2026-01-02", "valid_to": "2026-01-02"},
        {"amount": 3, "unit": "none"},
        {"slug": "tcm-contact", "version": 1},
    ],
)
def test_the_database_refuses_a_rule_that_cannot_be(rulebook, fields) -> None:
    row = {"slug": "x", "title": "x", "payer_classes": ["any"], "kind": "deadline", "grade": "A"}
    with pytest.raises(IntegrityError), transaction.atomic():
        DeadlineRule.objects.create(pack=RulePack.objects.get(), **row | fields)


def test_the_database_refuses_doubles_of_packs_calendars_and_days(rulebook) -> None:
    calendar = Calendar.objects.get()
    doubles = [
        lambda: RulePack.objects.create(slug="us-federal-2026", name="again"),
        lambda: Calendar.objects.create(slug="us-federal", name="x", kind="regulatory"),
        lambda: Calendar.objects.create(slug="ours", name="x", kind=CalendarKind.FACILITY),
        lambda: Holiday.objects.create(calendar=calendar, on="2026-12-25", name="again"),
    ]
    for make in doubles:
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_a_person_signs_a_version_once(rulebook, supervisor) -> None:
    signed = {
        "organization": supervisor.organization, "user": supervisor,
        "rule": DeadlineRule.objects.get(slug="tcm-contact"),
        "signed_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    SignOff.objects.create(**signed)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOff.objects.create(**signed)
