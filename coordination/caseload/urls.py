"""Addresses of caseload."""

from django.urls import path

from coordination.caseload import styleguide

app_name = "caseload"
urlpatterns = [
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/drawer/", styleguide.styleguide_drawer, name="styleguide_drawer"),
]
