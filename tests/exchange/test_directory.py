"""Public files of providers come in, twice, and only what is broken stays out."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coordination.access.actor import system_actor
from coordination.exchange.actions import import_directory, import_taxonomy, import_zips
from coordination.exchange.models import QuarantinedRecord
from coordination.records import Refused
from referrals.models import Network, Provider, Service, Taxonomy, ZipPlace
from tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db
HEAD = (
    ",state,id,name,address,city,zip,phone,ownership,nursing,physical_therapy,"
    "occupational_therapy,speech,social,healthaide,startdate,quality,LAT,LON"
)
GOOD = (
    '1,NY,337001,"LANTERN CARE, INC",12 N MAIN ST,ROCHESTER,14620,5850104511,Proprietary,'
    "true,true,false,false,false,true,08/23/2006,3.5,43.13,-77.61"
)
SPARSE = "2,,337002,Pond & Willow,,,501,,,,,,,,,,,,"


@pytest.fixture
def house():
    return system_actor("test", OrganizationFactory())


@pytest.fixture
def file(tmp_path):
    def write(*lines, name="home.csv", head=HEAD, bom=b"", end="\r\n"):
        path = tmp_path / name
        text = end.join([head, *lines]) + end
        path.write_bytes(bom + (text if isinstance(text, bytes) else text.encode()))
        return path

    return write


def read(house, path, kind="home_health", **options):
    return import_directory(house, kind, path, timezone.now(), **options).counts


def came_in(counts):
    return next(iter(counts["came_in"].values()), [0, 0, 0])


def test_a_line_becomes_an_entry_with_what_it_offers(house, file):
    counts = read(house, file(GOOD, bom=b"\xef\xbb\xbf"), dated=date(2019, 7, 1))
    assert came_in(counts) == [1, 0, 0]
    made = Provider.objects.get()
    assert (made.name, made.street, made.city) == ("Lantern Care, Inc", "12 N Main St", "Rochester")
    assert (made.phone, made.medicare_number) == ("(585) 010-4511", "337001")
    assert (made.certified_on, str(made.quality)) == (date(2006, 8, 23), "3.5")
    assert made.file_dated_on == date(2019, 7, 1)
    assert set(Service.objects.values_list("need", "accepting")) == {
        ("home-nursing", None), ("home-physical-therapy", None), ("home-aide", None),
    }  # fmt: skip
    assert Network.objects.get().payer_class == "medicare_ffs"


def test_what_the_file_lacks_is_not_known(house, file):
    ZipPlace.objects.create(zip_code="00501", lat=40.8, lon=-73.0)
    assert came_in(read(house, file(SPARSE))) == [1, 0, 0]
    made = Provider.objects.get()
    assert (made.zip_code, made.lat, made.phone, made.quality) == ("00501", 40.8, "", None)
    assert not Service.objects.exists()


def test_a_second_run_changes_nothing(house, file):
    path = file(GOOD, SPARSE)
    read(house, path)
    before = Provider.objects.order_by("pk").values_list("version", "source_digest")
    stood = list(before)
    assert came_in(read(house, path)) == [0, 0, 2]
    assert list(before.all()) == stood


def test_a_newer_file_changes_what_it_says_and_leaves_alone_what_a_person_set(house, file):
    read(house, file(GOOD))
    made = Provider.objects.get()
    Provider.objects.filter(pk=made.pk).update(by_hand=["phone"], phone="(555) 010-0001")
    newer = GOOD.replace("5850104511", "5850109999").replace("12 N MAIN", "14 N MAIN")
    newer = newer.replace("true,true,false", "true,false,false").replace("43.13", "43.20")
    assert came_in(read(house, file(newer))) == [0, 1, 0]
    made.refresh_from_db()
    assert (made.phone, made.street) == ("(555) 010-0001", "14 N Main St")
    offered = dict(Service.objects.values_list("need", "is_offered"))
    assert offered == {
        "home-nursing": True, "home-physical-therapy": False, "home-aide": True,
    }  # fmt: skip
    assert set(Service.objects.values_list("lat", flat=True)) == {43.2}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (GOOD.replace("LANTERN CARE, INC", " "), "“name” is empty"),
        (GOOD.replace("337001", ""), "no “id”"),
        (GOOD.replace("14620", "ABCDE"), "not a ZIP code"),
        (GOOD.replace("08/23/2006", "2006-08-23"), "not a date like"),
        (GOOD.replace("3.5", "9"), "stars from 0 to 5"),
        (GOOD.replace("43.13", "north"), "“LAT” is not a number"),
        (GOOD.replace("43.13", "143.13"), "not a place on earth"),
        (GOOD.replace("1,NY", "1,New York"), "not two letters"),
        (GOOD.replace("LANTERN", "L" * 170), "longer than 160"),
        (GOOD.replace("LANTERN", "LAN\ufffdTERN"), "cannot be read"),
        (GOOD.replace("LANTERN", "LAN\0TERN"), "cannot be read"),
        (GOOD.replace("LANTERN", "L" * 140_000), "cannot be split"),
    ],
)
def test_a_broken_line_is_kept_with_its_bytes_and_the_rest_comes_in(house, file, line, sentence):
    counts = read(house, file(line, SPARSE))
    kept = QuarantinedRecord.objects.get()
    assert came_in(counts) == [1, 0, 0]
    assert sentence in kept.sentence
    assert bytes(kept.raw) == f"{line}\r\n".encode()[: 64 * 1024]
    assert kept.position.startswith("line ")


def test_a_mended_line_leaves_the_quarantine(house, file):
    read(house, file(GOOD.replace("3.5", "9")))
    read(house, file(GOOD))
    assert not QuarantinedRecord.objects.filter(resolved_at=None).exists()


def test_text_that_was_encoded_twice_is_read_as_it_was_meant(house, file):
    twice = "MUÑOZ – WEST".encode("cp1252").decode("latin-1").encode().decode("latin-1")
    read(house, file(GOOD.replace("12 N MAIN ST", twice)))
    assert Provider.objects.get().street == "Muñoz – West"


def test_the_sites_of_one_va_station_are_entries_of_their_own(house, file):
    head = "id,name,address,city,state,zip,phone,type,ownership,emergency,quality,LAT,LON"
    lines = [
        "402,Togus,1 VA Center,Augusta,ME,04330,207-623-8411 X 7490 Or 207-1,VA,,no,,44.2,-69.7",
        "402,Lincoln Clinic,99 River Road,Lincoln,ME,04457,,VA,,no,,45.3,-68.5",
    ]
    assert came_in(read(house, file(*lines, head=head), "va")) == [2, 0, 0]
    togus = Provider.objects.get(name="Togus")
    assert (togus.phone, togus.medicare_number) == ("(207) 623-8411 ext. 7490", "")
    assert not Network.objects.exists()


def test_a_home_that_only_medicaid_certified_is_not_medicares(house, file):
    head = "id,name,address,city,state,zip,phone,beds,Provider Type,LAT,LON"
    read(house, file("1,Oak,1 A St,X,NY,14620,,90,Medicaid,43,-77", head=head), "nursing_home")
    assert list(Network.objects.values_list("payer_class", flat=True)) == ["medicaid_ffs"]


def test_a_file_of_something_else_is_refused_whole(house, file):
    with pytest.raises(Refused, match="no column “address”"):
        read(house, file("1,2", head="id,name"))


def test_zip_codes_place_the_entries_that_had_none(house, file):
    read(house, file(SPARSE.replace(",501,", ",14620,")))
    path = file("14620,43.13,-77.61,Rochester,NY", "x,1,1,,", head="zip,lat,lon,city,state")
    assert [import_zips(house, path, lambda lines: lines) for _ in range(2)] == [1, 0]
    assert Provider.objects.get().lat == 43.13


def test_specialties_come_by_their_code(house, file):
    path = file("207R00000X,Internal Medicine", "short,No", head="code,display")
    assert [import_taxonomy(house, path, lambda lines: lines) for _ in range(2)] == [1, 0]
    assert Taxonomy.objects.get().display == "Internal Medicine"


def test_the_command_tells_what_came_in(house, file):
    told = StringIO()
    call_command("import_directory", "home_health", file(GOOD), stdout=told)
    assert "home health agency" in told.getvalue()
    call_command("import_directory", "zip", file("14620,1,1", head="zip,lat,lon"), stdout=told)
    assert "1 rows written." in told.getvalue()
    with pytest.raises(CommandError, match="no column"):
        call_command("import_directory", "nucc", file("1", head="id"), stdout=told)
    with pytest.raises(CommandError, match="no file"):
        call_command("import_directory", "va", "nowhere.csv", stdout=told)
