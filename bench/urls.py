"""The product's addresses, and the floor's beside them."""

from django.urls import include, path

from bench import floor

urlpatterns = [
    path("floor/caseload/<int:rows>/", floor.caseload),
    path("floor/list/<int:rows>/", floor.caseload_list),
    path("floor/report/", floor.report),
    path("floor/done/<uuid:public_id>/", floor.done),
    path("", include("coordination.urls")),
]
