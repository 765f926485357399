"""Every address of the service, room by room."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
