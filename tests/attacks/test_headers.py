"""A14: the headers of trust.md 8 on every answer, errors too."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from coordination.access.markers import access
from coordination.access.walk import every_address
from tests.attacks.test_csrf import url_of


@access()
def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a bug")


urlpatterns = [path("breaks/", breaks), path("", include("coordination.urls"))]
handler500 = "coordination.ground.views.server_error"
pytestmark = pytest.mark.urls("tests.attacks.test_headers")

PLAIN = ["/breaks/", "/nothing/", "/theme/", "/?q=%00", "/patients/7/"]
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:",
    "connect-src": "'self'", "font-src": "'self'", "form-action": "'self'",
    "frame-ancestors": "'none'", "base-uri": "'none'", "object-src": "'none'",
}  # fmt: skip


def missing(response: HttpResponse, *, signed_in: bool) -> list[str]:
    """Return which headers are not as they must be."""
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in response.get("Content-Security-Policy", "").split(";")
    )
    wrong = [name for name, value in POLICY.items() if policy.get(name) != value]
    script = policy.get("script-src", "").split()
    wrong += [f"script-src {s}" for s in script if not s.startswith("'nonce-") and s != "'self'"]
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    if signed_in:
        wanted["Cache-Control"] = "no-store"
    wrong += [f"{k}: {response.get(k)}" for k, v in wanted.items() if v not in response.get(k, "")]
    if response.get("Content-Type", "").startswith("text/html"):
        wrong += [] if "HX-Request" in response.get("Vary", "") else ["Vary"]
    wrong += [name for name in ("Server", "X-Powered-By") if name in response]
    return wrong


@pytest.mark.parametrize("signed", [False, True], ids=["anonymous", "signed in"])
def test_every_answer_carries_its_headers(signed: bool, coordinator) -> None:
    client = Client(raise_request_exception=False)
    if signed:
        client.force_login(coordinator)
    urls = [*PLAIN, *(url_of(a) for a in every_address() if not a.route.startswith("/admin/"))]
    wrong = {}
    seen = set()
    for url in urls:
        response = client.get(url)
        seen.add(response.status_code)
        if problem := missing(response, signed_in=signed):
            wrong[f"{url} ({response.status_code})"] = problem
    assert wrong == {}
    assert {400, 404} | ({200, 405, 500} if signed else {200, 302}) <= seen


def test_the_nonce_is_fresh_each_time(signed_in: Client) -> None:
    policies = {signed_in.get("/styleguide/")["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_only_set_up_runs_scripts_without_a_nonce(signed_in: Client) -> None:
    for address in every_address():
        if not address.route.startswith(("/admin/", "/breaks/")):
            response = signed_in.get(url_of(address))
            script = response.get("Content-Security-Policy", "").partition("script-src")[2]
            assert "'self'" not in script.partition(";")[0], address.route


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(coordinator) -> None:
    coordinator.set_password("correct horse battery staple")
    coordinator.save(update_fields=["password"])
    client = Client()
    client.post(
        "/accounts/login/",
        {"login": coordinator.username, "password": "correct horse battery staple"},
    )
    client.get("/accounts/login/")
    client.get("/accounts/password/change/")
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
