"""The style guide shows every component; it is where the look is tested."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from coordination.access.models import User
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll


def test_the_style_guide_renders_for_anybody_signed_in(signed_in: Client) -> None:
    answer = signed_in.get("/styleguide/")
    assert answer.status_code == 200
    assert b"Style guide" in answer.content


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_style_guide(
    page_as: Callable[..., Page], coordinator: User, theme: str, width: int
) -> None:
    page = page_as(coordinator, "/styleguide/", theme=theme, width=width)
    assert_axe_clean(page)


def test_the_style_guide_fits_the_narrowest_phone(
    page_as: Callable[..., Page], coordinator: Any
) -> None:
    assert_no_sideways_scroll(page_as(coordinator, "/styleguide/", width=320))
