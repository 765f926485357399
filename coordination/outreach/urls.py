"""Addresses of outreach."""

from django.urls import path

from coordination.outreach import views

app_name = "outreach"
urlpatterns = [
    path("outgoing/", views.outgoing, name="outgoing"),
    path("outgoing/switch/", views.switch, name="switch"),
    path("outgoing/<uuid:public_id>/", views.message, name="message"),
    path("outgoing/<uuid:public_id>/settle/", views.settle, name="settle"),
    path("calls/<uuid:public_id>/", views.call, name="call"),
    path(
        "calls/<uuid:public_id>/wrong-patient/",
        views.call_wrong_patient,
        name="call_wrong_patient",
    ),
    path("calls/<uuid:public_id>/in-error/", views.call_in_error, name="call_in_error"),
]
