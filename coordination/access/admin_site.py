"""The set-up pages: Django's admin, behind our own permission and sign-in, without patients."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from coordination.access.markers import access, public

LEFT_OUT = frozenset({"view_on_site"})  # it would tell which ids exist, of any model

ORDER = ("Organization", "Facility", "FacilitySetting", "Unit", "Team", "User", "Membership")


def in_own_zone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Show and read every instant of a page by the clocks of the organization, not by UTC's."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        with timezone.override(request.actor.zone):  # type: ignore[attr-defined]
            response = view(request, *args, **options)
            return response.render() if isinstance(response, TemplateResponse) else response

    return shown


class SetUpSite(AdminSite):
    """Where an administrator sets the house up. Signing in and out stays allauth's."""

    site_header = _("Throughline set-up")
    site_title = _("Set-up")
    index_title = _("What this organization settles")
    site_url = None  # an administrator has no caseload to go back to
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in whoever may change settings; is_staff and is_superuser mean nothing here."""
        return bool(request.actor.may("settings.change"))  # type: ignore[attr-defined]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Allow the admin's own scripts, which carry no nonce, on the admin's pages only."""
        return csp_update({"script-src": [SELF]})(in_own_zone(super().admin_view(view, cacheable)))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List what is set up in the order in which a first day needs it."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
        return apps

    def get_urls(self) -> list[Any]:
        return [url for url in super().get_urls() if getattr(url, "name", "") not in LEFT_OUT]

    @public("sends to the sign-in page")
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002
        """Send to the one sign-in page there is."""
        back = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = reverse("admin:index")
        return redirect(f"{reverse('account_login')}?{urlencode({'next': back})}")

    @access()
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ARG002
        """Sign out as everywhere else, on record."""
        if request.method == "POST":
            get_adapter(request).logout(request)
        return redirect("account_login")

    @access()
    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ARG002
        """Send to the one page where a password is changed."""
        return redirect("account_change_password")


site = SetUpSite(name="admin")
