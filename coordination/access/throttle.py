"""Slows down guessing, by rows in PostgreSQL: a cache that is flushed forgets (trust.md D13)."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection, transaction
from django.http import HttpRequest

from coordination.access.audit import keyed_hash
from coordination.access.models import SignInFailure
from coordination.access.rules import ADDRESS_WINDOW, MEMORY, address_wait, name_wait

NAME_LOCK, SITE_LOCK = 71, 72
IPV6_SITE = 64  # one household or ward has a whole /64: single addresses in it cost nothing


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address, as ground's ClientAddress left it; None for a socket."""
    return request.META.get("REMOTE_ADDR") or None


def counted_as(address: str | None) -> str | None:
    """Return the address as tries are counted: an IPv6 address by its /64."""
    if address is None or not isinstance(ip_address(address), IPv6Address):
        return address
    return str(ip_network(f"{address}/{IPV6_SITE}", strict=False).network_address)


def name_hash(name: str) -> str:
    """Return the keyed hash a sign-in name is counted by.

    Upper case and compatibility forms fold as PostgreSQL's UPPER() does when it looks the name up:
    a dotless i is no new name.
    """
    return keyed_hash(unicodedata.normalize("NFKC", name.strip()).upper())


@transaction.atomic
def take_try(name: str, address: str | None) -> tuple[int | None, timedelta]:
    """Take one try at a name from an address: (its pk, 0), or (None, how long to wait).

    A try is written as a failure before it is judged, and taken back by `give_back` when it
    succeeds: a hundred guesses at once get no more than five. The two locks (name, then address)
    make the count and the row one step.
    """
    hashed, site = name_hash(name), counted_as(address)
    with connection.cursor() as cursor:
        for kind, text in ((NAME_LOCK, hashed), (SITE_LOCK, site or "")):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [kind, text])
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    failures = SignInFailure.objects.order_by("at", "pk")
    by_name = failures.filter(name_hash=hashed, at__gt=now - MEMORY).values_list("at", flat=True)
    wait = name_wait(list(by_name), now)
    if site is not None:
        by_site = failures.filter(address=site, at__gt=now - ADDRESS_WINDOW)
        wait = max(wait, address_wait(list(by_site.values_list("at", flat=True)), now))
    if wait:
        return None, wait
    taken = SignInFailure.objects.create(name_hash=hashed, address=site, at=now)
    return taken.pk, wait


def give_back(taken: int) -> None:
    """Take back this one try, which succeeded. Nobody else's failures are forgotten."""
    SignInFailure.objects.filter(pk=taken).delete()
