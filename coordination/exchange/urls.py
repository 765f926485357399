"""Addresses of exchange."""

from django.urls import path

from coordination.exchange import views

app_name = "exchange"
urlpatterns = [path("imports/", views.imports, name="imports")]
