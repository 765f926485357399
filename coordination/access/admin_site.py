"""The set-up pages: Django's admin, behind our own permission and sign-in, without patients."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from coordination.access.markers import access, public

LEFT_OUT = frozenset({"view_on_site"})  # it would tell which ids exist, of any model


class SetUpSite(AdminSite):
    """Where an administrator sets the house up. Signing in and out stays allauth's."""

    site_header = _("Throughline set-up")
    site_title = _("Set-up")
    index_title = _("What this organization settles")
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in whoever may change settings; is_staff and is_superuser mean nothing here."""
        return bool(request.actor.may("settings.change"))  # type: ignore[attr-defined]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Allow the admin's own scripts, which carry no nonce, on the admin's pages only."""
        return csp_update({"script-src": [SELF]})(super().admin_view(view, cacheable))

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
