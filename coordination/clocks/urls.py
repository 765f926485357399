"""Addresses of clocks."""

from django.urls import path

from coordination.clocks import views

app_name = "clocks"
urlpatterns = [
    path("rules/", views.rule_list, name="rules"),
    path("rules/<int:rule_id>/sign/", views.sign, name="sign"),
    path("patient/<uuid:public_id>/", views.patient, name="patient"),
    path("<uuid:public_id>/why/", views.why, name="why"),
    path("<uuid:public_id>/start/", views.start, name="start"),
    path("<uuid:public_id>/explain/", views.explain, name="explain"),
    path("<uuid:public_id>/stop/", views.stop, name="stop"),
    path("<uuid:public_id>/extend/", views.extend, name="extend"),
]
