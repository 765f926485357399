"""The browser itself, before anybody leans on it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from playwright.sync_api import Page

from coordination.access.markers import access, public
from coordination.access.models import User
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll

PAGE = """<!doctype html><html lang="en"><head><title>A page</title></head>
<body><main><h1>%s</h1></main></body></html>"""


@public("a page of this test")
def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE % "Hello")


@access()
def mine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE % request.user.get_username())


@public("a page of this test")
def bad(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE % "<img src=data:,>")


urlpatterns = [path("plain/", plain), path("mine/", mine), path("bad/", bad)]


@pytest.mark.urls("tests.ground.test_browser")
def test_a_page_opens_signed_in_and_axe_reads_it(page_as, coordinator: User) -> None:
    page: Page = page_as(coordinator, "/mine/", theme="dark", width=320)
    assert page.inner_text("h1") == coordinator.get_username()
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    assert page_as(None, "/plain/").inner_text("h1") == "Hello"


@pytest.mark.urls("tests.ground.test_browser")
def test_axe_findings_fail_the_test(page_as, db: None) -> None:
    page = page_as(None, "/bad/")
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)
