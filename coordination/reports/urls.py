"""Addresses of reports."""

from django.urls import path

from coordination.reports import views

app_name = "reports"
urlpatterns = [
    path("overdue/", views.overdue, name="overdue"),
    path("overdue/chosen/", views.chosen, name="chosen"),
    path("unsettled/", views.unsettled, name="unsettled"),
    path("overdue/export/", views.export, name="export"),
]
