"""Who is found: what is known to be wrong is left out, what nobody knows is not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from referrals.models import Network, Service
from referrals.queries import Wish, search, statement
from referrals.queries.search import PAGE_ROWS
from tests.counting import statements
from tests.factories import OrganizationFactory
from tests.referrals.conftest import LAT, LON
from tests.referrals.factories import ProviderFactory, ServiceFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


def wish(**fields):
    return Wish(**{"need": "home-nursing", "lat": LAT, "lon": LON, **fields})


def names(actor, one, after=None):
    return [row.name for row in search(actor, one, TODAY, after).rows]


def takes(provider, accepts=True, **fields):
    said = {"payer_class": "medicare_ffs", "said_at": timezone.now(), **fields}
    return Network.objects.create(
        organization=provider.organization, provider=provider, accepts=accepts, **said
    )


def test_the_nearest_stands_first_and_the_far_one_is_left_out(actor, agency):
    agency(9, name="Nine")
    agency(2, name="Two")
    agency(26, name="Far")
    agency(1, name="Other need", need="oxygen")
    found = search(actor, wish(), TODAY).rows
    assert [row.name for row in found] == ["Two", "Nine"]
    assert found[0].miles == pytest.approx(2, abs=0.01)


def test_the_directory_of_another_organization_is_not_searched(actor, agency):
    other = OrganizationFactory()
    provider = ProviderFactory(organization=other, name="Theirs", lat=LAT, lon=LON)
    ServiceFactory(provider=provider, organization=other)
    assert names(actor, wish()) == []


def test_only_a_known_no_hides_an_entry(actor, agency):
    yes, no, _unknown = agency(1, name="Yes"), agency(2, name="No"), agency(3, name="Unknown")
    takes(yes)
    takes(no, accepts=False)
    found = search(actor, wish(payer_class="medicare_ffs"), TODAY).rows
    assert [(row.name, row.takes) for row in found] == [("Yes", True), ("Unknown", None)]


def test_a_plan_by_its_name_is_stronger_than_its_class(actor, agency):
    provider = agency(1, name="Not Larkmere")
    takes(provider, payer_class="medicare_advantage")
    takes(provider, accepts=False, payer_class="", payer="Larkmere", payer_norm="larkmere")
    by_class = wish(payer_class="medicare_advantage", payer_norm="other plan")
    by_name = wish(payer_class="medicare_advantage", payer_norm="larkmere")
    assert names(actor, by_class) == ["Not Larkmere"]
    assert names(actor, by_name) == []


def test_what_a_payer_was_is_not_what_it_is(actor, agency):
    provider = agency(1, name="Once no")
    takes(provider, accepts=False, ends_on=TODAY - timedelta(days=1))
    assert search(actor, wish(payer_class="medicare_ffs"), TODAY).rows[0].takes is None


def test_language_age_wait_and_room_count_only_where_they_are_known(actor, agency):
    now = timezone.now()
    agency(1, name="Unknown")
    agency(
        2, name="Good", languages=["es"], age_from=18, accepting=True, wait_days=1, capacity_at=now
    )
    agency(3, name="French", languages=["fr"])
    agency(4, name="Young", age_to=17)
    agency(5, name="Full", accepting=False, capacity_at=now)
    agency(6, name="Slow", wait_days=30, capacity_at=now)
    asked = wish(language="es", age=70, wait=7)
    assert names(actor, asked) == ["Unknown", "Good"]
    assert names(actor, wish(language="es", age=70, wait=7, accepting="yes")) == ["Good"]
    assert "Full" in names(actor, wish(accepting="any"))


def test_who_closed_or_stopped_offering_it_is_not_found(actor, agency):
    agency(1, name="Gone", closed_on=TODAY)
    stopped = agency(2, name="Stopped")
    Service.objects.filter(provider=stopped).update(is_offered=False)
    assert names(actor, wish()) == []


def test_without_a_place_the_order_is_by_name(actor, agency):
    agency(None, name="Beta")
    agency(3, name="Alpha")
    nowhere = wish(lat=None, lon=None)
    assert names(actor, nowhere) == ["Alpha", "Beta"]
    assert names(actor, wish(lat=None, lon=None, name="bet")) == ["Beta"]
    assert names(actor, wish(lat=None, lon=None, name="%")) == []


@pytest.mark.parametrize("place", [{}, {"lat": None, "lon": None}], ids=["near", "by name"])
def test_the_pages_hold_everybody_once(actor, agency, place):
    for n in range(PAGE_ROWS + 3):
        agency(1 + n // 10, name=f"Agency {n:02}")
    first = search(actor, wish(**place), TODAY)
    rest = search(actor, wish(**place), TODAY, first.next_after)
    assert rest.next_after is None
    every = [row.name for row in (*first.rows, *rest.rows)]
    assert sorted(every) == [f"Agency {n:02}" for n in range(PAGE_ROWS + 3)]


def test_a_search_is_one_statement_from_one_index(actor, agency, hospital):
    agency(1)
    with connection.cursor() as cursor:
        many(cursor, hospital.pk, 20_000)
        cursor.execute("ANALYZE referrals_provider, referrals_service")
        sql, params = statement(actor, wish(), TODAY, None)
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "service_place_idx" in plan
    assert "Seq Scan on referrals_service" not in plan
    assert "Seq Scan on referrals_provider" not in plan
    with statements(1):
        search(actor, wish(), TODAY)


def many(cursor, organization_id, n):
    """Fill the directory with so many services all over the country."""
    cursor.execute(
        """
        WITH made AS (
          INSERT INTO referrals_provider (organization_id, public_id, version, kind, name,
            name_norm, source, source_key, source_digest, medicare_number, npi, street, city,
            state, zip_code, lat, lon, phone, fax, website, hours, languages, access_words,
            ownership, note, by_hand, verified_how)
          SELECT %s, gen_random_uuid(), 1, 'home_health', 'Agency ' || g, 'agency ' || g, 'f',
            g::text, '', '', '', '', '', '', '', 25 + (g * 7919 %% 24000) / 1000.0,
            -124 + (g * 104729 %% 57000) / 1000.0, '', '', '', '', '{}', '', '', '', '{}', ''
          FROM generate_series(1, %s) g RETURNING id, lat, lon)
        INSERT INTO referrals_service (organization_id, public_id, version, provider_id, need,
          lat, lon, from_file, is_offered, capacity)
        SELECT %s, gen_random_uuid(), 1, id, 'home-nursing', lat, lon, true, true, '' FROM made""",
        [organization_id, n, organization_id],
    )
