"""The command, and the page an administrator reads of it."""

from __future__ import annotations

import tracemalloc
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from coordination.access.models import Organization, Team
from coordination.exchange import intake, queries
from coordination.exchange.models import ImportRun
from patients.models import Patient
from patients.queries import scope
from tests.conftest import actor_of, member
from tests.exchange.importing import DATA, about, mrn, patient, run, write
from tests.factories import OrganizationFactory, TeamFactory

WARD = str(DATA / "ward")


def said(*args: str) -> str:
    out = StringIO()
    call_command("import_fhir", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_table_says_what_came_in_and_what_did_not(team: Team) -> None:
    told = [" ".join(line.split()) for line in said(WARD).splitlines()]
    assert "patients 2 0 0" in told
    assert "Observation 1 no room for it yet" in told
    assert "Read: 18 resources of 12 types." in told
    assert scope(actor_of(member(team))).count() == 2  # the only team gets them


def test_no_name_is_printed(team: Team) -> None:
    told = said(WARD) + said(str(DATA / "broken.ndjson"))
    assert not [name for name in ("Adler", "Beatriz", "Okoro", "Vale") if name in told]


def test_who_gets_the_patients_is_named_when_there_is_a_choice(team: Team) -> None:
    other = TeamFactory(organization=team.organization)
    assert "No team given" in said(WARD)
    said(WARD, "--team", other.slug)
    assert scope(actor_of(member(other))).count() == 2
    assert scope(actor_of(member(team))).count() == 0
    with pytest.raises(CommandError, match=f"There is no team nope. Teams: {team.slug}, "):
        said(WARD, "--team", "nope")


def test_whose_patients_is_named_when_there_is_a_choice(team: Team) -> None:
    other = OrganizationFactory()
    with pytest.raises(CommandError, match="several organizations"):
        said(WARD)
    said(WARD, "--organization", other.slug)
    assert set(Patient.objects.values_list("organization", flat=True)) == {other.pk}
    with pytest.raises(CommandError, match="no organization nope"):
        said(WARD, "--organization", "nope")


def test_bad_arguments_get_a_sentence(team: Team, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file or folder"):
        said("/nowhere")
    with pytest.raises(CommandError, match=r"no \.json"):
        said(str(tmp_path))
    with pytest.raises(CommandError, match="--source takes"):
        said(WARD, "--source", "a|b")
    with pytest.raises(CommandError, match="no user nobody"):
        said(WARD, "--by", "nobody")


def test_the_run_keeps_on_whose_behalf(team: Team) -> None:
    user = member(team, "admin")
    said(WARD, "--by", user.username)
    assert ImportRun.objects.get().user_id == user.pk


def test_nothing_is_set_up_yet(db: None) -> None:
    with pytest.raises(CommandError, match="no organization yet"):
        said(WARD)


def test_memory_does_not_grow_with_the_input(
    hospital: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 100)

    def peak(count: int) -> int:
        file = tmp_path / f"{count}.ndjson"
        with file.open("w") as stream:
            for n in range(count):
                one = write(
                    tmp_path / "one",
                    patient(f"p{n}", identifier=mrn(str(n))),
                    about("Condition", f"c{n}", f"Patient/p{n}", code={"text": "Gout" * 50}),
                )
                stream.write(one.read_text())
        tracemalloc.start()
        run(hospital, file, source=f"s{count}")
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    run(hospital, DATA / "ward")  # what is kept once
    assert peak(3000) < 2 * peak(300)  # ten times the input


def test_an_administrator_sees_counts_and_sentences_only(
    hospital: Organization, team: Team, client: Client
) -> None:
    run(hospital, DATA / "broken.ndjson")
    client.force_login(member(team, "admin"))
    page = client.get("/exchange/imports/").content.decode()
    assert "Condition.code is not an object." in page
    assert "Vale" not in page
    assert "Hidden" not in page
    assert "broken.ndjson" not in page  # senders name files after patients
    assert client.get("/exchange/imports/?before=x").status_code == 200
    assert "Nothing is in quarantine" in client.get("/exchange/imports/?before=1").content.decode()


def test_others_do_not_see_imports(signed_in: Client) -> None:
    assert signed_in.get("/exchange/imports/").status_code == 403


@pytest.mark.parametrize("times", [1, 10])
def test_the_page_costs_the_same(
    times: int,
    hospital: Organization,
    team: Team,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(times):
        run(hospital, DATA / "broken.ndjson", source=f"s{n}")
    actor = actor_of(member(team, "admin"))
    with django_assert_num_queries(2):
        queries.last_runs(actor)
        queries.quarantine_page(actor)
