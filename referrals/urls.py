"""Addresses of the directory."""

from django.urls import path

from referrals import views

app_name = "referrals"
urlpatterns = [
    path("directory/", views.directory, name="directory"),
    path("directory/new/", views.add, name="add"),
    path("directory/checks/", views.checks, name="checks"),
    path("directory/<uuid:public_id>/", views.entry, name="entry"),
    path("directory/<uuid:public_id>/check/", views.check, name="check"),
    path("directory/<uuid:public_id>/meetings/", views.meetings, name="meetings"),
    path("directory/<uuid:public_id>/correct/", views.correct, name="correct"),
]
