"""Every address of the service, room by room."""

from django.urls import include, path

from coordination.access.admin_site import site

handler500 = "coordination.ground.views.server_error"

urlpatterns = [
    path("", include("coordination.ground.urls")),
    path("accounts/", include("coordination.access.accounts")),
    path("admin/", site.urls),
    path("", include("coordination.caseload.urls")),
    path("", include("coordination.access.urls")),
    path("patients/", include("patients.urls")),
    path("clocks/", include("coordination.clocks.urls")),
    path("", include("coordination.worklist.urls")),
    path("", include("coordination.outreach.urls")),
    path("", include("coordination.paperwork.urls")),
    path("", include("referrals.urls")),
    path("reports/", include("coordination.reports.urls")),
    path("api/", include("coordination.exchange.api.urls")),
    path("exchange/", include("coordination.exchange.urls")),
]
