"""Entering, correcting and checking entries: who said what, when, and which calls are due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.models import AuditEvent, FacilitySetting
from coordination.records import NotPermitted, Refused, StaleRecord
from referrals import actions
from referrals.actions import CapacityIn, CheckIn, EntryIn, ProgramIn
from referrals.models import CheckCall, Network, Program, Provider, Service, Verification
from tests.conftest import actor_of
from tests.factories import OrganizationFactory
from tests.referrals.factories import ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(supervisor):
    return actor_of(supervisor)


def check(actor, provider, outcome="confirmed", now=None, **said):
    provider.refresh_from_db()
    said = CheckIn(**{"method": "phone", "outcome": outcome, **said})
    return actions.verify(actor, provider.public_id, provider.version, said, now or timezone.now())


def test_an_entry_typed_by_hand_gets_the_place_of_its_zip_code(keeper, zip_place):
    said = EntryIn(name="Pond & Willow", zip_code="14620", phone="(555) 010-4531")
    made = actions.add_entry(keeper, "home_health", said, ["home-nursing"], timezone.now())
    service = Service.objects.get(provider=made)
    assert (made.lat, service.lat) == (zip_place.lat, zip_place.lat)
    assert "phone" in made.by_hand
    assert AuditEvent.objects.filter(action="directory.add", object_id=made.pk).exists()


def test_the_same_entry_is_not_entered_twice(keeper):
    said = EntryIn(name="Pond & Willow", zip_code="14620")
    actions.add_entry(keeper, "home_health", said, ["home-nursing"], timezone.now())
    with pytest.raises(Refused, match="has this entry already"):
        actions.add_entry(keeper, "home_health", said, ["home-aide"], timezone.now())


def test_a_coordinator_checks_entries_but_does_not_correct_them(actor, agency):
    provider = agency()
    with pytest.raises(NotPermitted):
        actions.correct_entry(actor, provider.public_id, 1, EntryIn(name="X"), [], timezone.now())
    assert check(actor, provider).outcome == "confirmed"


def test_a_correction_moves_the_services_and_drops_what_is_no_longer_offered(keeper, agency):
    provider = agency(5, need="home-nursing")
    said = EntryIn(name="New name", zip_code="14620")
    actions.correct_entry(keeper, provider.public_id, 1, said, ["home-aide"], timezone.now())
    provider.refresh_from_db()
    offered = dict(Service.objects.values_list("need", "is_offered"))
    assert offered == {"home-nursing": False, "home-aide": True}
    assert provider.name_norm == "new name"
    assert set(provider.by_hand) == {"name", "zip_code"}
    assert Service.objects.get(need="home-aide").lat == provider.lat


def test_a_check_says_who_heard_what_and_answers_the_call(actor, agency):
    provider, now = agency(), timezone.now()
    call = CheckCall.objects.create(
        organization=provider.organization, provider=provider, raised_at=now, due_since=now
    )
    service = provider.services.get()
    made = check(
        actor, provider, "changed", now, spoke_with="Dana", languages=["es"],
        takes={"medicare_ffs": True, "qhp": False, "other": None},
        services={service.pk: CapacityIn(accepting=True, wait_days=2, capacity="5 starts")},
    )  # fmt: skip
    provider.refresh_from_db()
    service.refresh_from_db()
    call.refresh_from_db()
    assert (provider.verified_at, provider.verified_how, provider.languages) == (
        now,
        "phone",
        ["es"],
    )
    assert (service.accepting, service.wait_days, service.capacity_by) == (True, 2, actor.user)
    assert dict(Network.objects.values_list("payer_class", "accepts")) == {
        "medicare_ffs": True, "qhp": False,
    }  # fmt: skip
    assert call.answered == made
    assert set(made.changed) == {
        "languages", "payer:medicare_ffs", "payer:qhp", "capacity:home-nursing",
    }  # fmt: skip


def test_what_is_heard_in_passing_verifies_nothing(actor, agency):
    provider = agency()
    service = provider.services.get()
    check(
        actor,
        provider,
        "heard",
        services={service.pk: CapacityIn(accepting=False)},
        languages=["fr"],
    )
    provider.refresh_from_db()
    service.refresh_from_db()
    assert (provider.verified_at, provider.languages) == (None, [])
    assert service.accepting is False


def test_nobody_reached_changes_nothing_and_the_call_stands(actor, agency):
    provider, now = agency(), timezone.now()
    CheckCall.objects.create(
        organization=provider.organization, provider=provider, raised_at=now, due_since=now
    )
    check(actor, provider, "not-reached", languages=["fr"])
    provider.refresh_from_db()
    assert (provider.verified_at, provider.languages) == (None, [])
    assert CheckCall.objects.filter(answered=None).exists()


def test_an_entry_that_is_no_more_is_closed(actor, agency):
    provider = agency()
    check(actor, provider, "closed")
    provider.refresh_from_db()
    assert provider.closed_on is not None


def test_a_payer_that_changes_keeps_its_past(actor, agency):
    provider, now = agency(), timezone.now()
    check(actor, provider, "changed", now - timedelta(days=9), takes={"qhp": True})
    check(actor, provider, "changed", now, takes={"qhp": False})
    check(actor, provider, "confirmed", now, takes={"qhp": False})
    past, present = Network.objects.order_by("pk")
    assert past.ends_on == present.starts_on - timedelta(days=1)
    assert (past.accepts, present.accepts, present.ends_on) == (True, False, None)


def test_a_form_opened_before_somebody_elses_check_is_stale(actor, agency):
    provider = agency()
    check(actor, provider)
    said = CheckIn(method="phone", outcome="confirmed")
    with pytest.raises(StaleRecord):
        actions.verify(actor, provider.public_id, 1, said, timezone.now())
    assert Verification.objects.count() == 1


def settle(team, value="90 d"):
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="directory_check_after",
        value=value, set_at=timezone.now(),
    )  # fmt: skip


def test_a_check_older_than_the_facility_lets_it_be_raises_one_call(actor, agency, team):
    now = timezone.now()
    old, fresh, _never = agency(name="Old"), agency(name="Fresh"), agency(name="Never")
    check(actor, old, now=now - timedelta(days=90, seconds=1))
    check(actor, fresh, now=now - timedelta(days=90))
    assert actions.raise_checks(now) == 0, "unset means that it does not happen"
    settle(team)
    assert [actions.raise_checks(now) for _ in range(2)] == [1, 0]
    call = CheckCall.objects.get()
    assert call.provider == old
    old.refresh_from_db()
    assert call.due_since == old.verified_at + timedelta(days=90)
    assert AuditEvent.objects.filter(action="directory.check_due").count() == 1


def test_the_calls_of_another_organization_are_not_raised(team):
    settle(team)
    now = timezone.now()
    ProviderFactory(organization=OrganizationFactory(), verified_at=now - timedelta(days=400))
    assert actions.raise_checks(now) == 0


def test_only_a_program_or_a_group_has_meetings(keeper, agency):
    provider = agency()
    said = ProgramIn(topic="grief", form="online", meets="weekly")
    with pytest.raises(Refused, match="Only a program"):
        actions.set_program(keeper, provider.public_id, 1, said, timezone.now())
    group = agency(kind="support_group", need="support-group")
    actions.set_program(keeper, group.public_id, 1, said, timezone.now())
    actions.set_program(keeper, group.public_id, 2, said, timezone.now())
    assert Program.objects.get().topic == "grief"


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda org: ProviderFactory(organization=org, lat=1), "provider_place_is_whole"),
        (lambda org: ProviderFactory(organization=org, age_from=9, age_to=8), "provider_ages_rise"),
        (lambda org: ProviderFactory(organization=org, quality=6), "provider_stars_of_five"),
        (lambda org: [ProviderFactory(organization=org, source_key="1") for _ in "12"],
         "provider_once"),
        (lambda org: ServiceFactory(organization=org, provider__organization=org, wait_days=1),
         "service_capacity_has_time"),
        (lambda org: _network(org), "network_names_a_payer"),
        (lambda org: _network(org, payer_class="qhp", starts_on="2026-02-02",
                              ends_on="2026-02-01"), "network_ends_after_it_begins"),
        (lambda org: Program.objects.create(
            organization=org, provider=ProviderFactory(organization=org), topic="", form="online"),
         "program_has_a_topic"),
    ],
)  # fmt: skip
def test_the_database_holds_what_must_be_true(hospital, make, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(hospital)


def test_a_provider_serves_a_need_once_takes_a_payer_once_and_is_called_once(hospital, agency):
    provider, now = agency(), timezone.now()
    with pytest.raises(IntegrityError, match="service_once"), transaction.atomic():
        ServiceFactory(provider=provider, organization=hospital)
    _network(hospital, provider=provider, payer_class="qhp")
    with pytest.raises(IntegrityError, match="network_said_once"), transaction.atomic():
        _network(hospital, provider=provider, payer_class="qhp")
    due = {"organization": hospital, "provider": provider, "raised_at": now, "due_since": now}
    CheckCall.objects.create(**due)
    with pytest.raises(IntegrityError, match="checkcall_open_once"), transaction.atomic():
        CheckCall.objects.create(**due)


def _network(org, **fields):
    fields.setdefault("provider", ProviderFactory(organization=org))
    return Network.objects.create(organization=org, said_at=timezone.now(), **fields)


def test_the_public_ids_are_what_addresses_name(agency):
    assert Provider.objects.get(public_id=agency().public_id)
