"""Addresses of caseload."""

from django.urls import path

from coordination.caseload import styleguide, views

app_name = "caseload"
urlpatterns = [
    path("", views.day, name="day"),
    path("day/counters/", views.counters, name="counters"),
    path("day/row/<uuid:public_id>/", views.row, name="row"),
    path("find/", views.find, name="find"),
    path("caller/", views.caller, name="caller"),
    path("calls/", views.call_list, name="calls"),
    path("log/", views.choose, name="log"),
    path("patients/", views.patients, name="patients"),
    path("patients/<uuid:public_id>/log/", views.log, name="log_patient"),
    path("tasks/<uuid:public_id>/log/", views.log_for_task, name="log_task"),
    path("patients/<uuid:public_id>/", views.patient, name="patient"),
    path("patients/<uuid:public_id>/calls/", views.calls, name="patient_calls"),
    path("patients/<uuid:public_id>/clocks/", views.clocks, name="patient_clocks"),
    path("patients/<uuid:public_id>/looked/", views.looked, name="patient_looked"),
    path("unit/", views.units, name="units"),
    path("unit/<uuid:public_id>/", views.unit, name="unit"),
    path("unit/<uuid:public_id>/assignments/", views.assignments, name="assignments"),
    path("acts/", views.acts, name="acts"),
    path("unfinished/", views.unfinished, name="unfinished"),
    path("unfinished/ending/", views.ending, name="ending"),
    path("cover/", views.cover, name="cover"),
    path("cover/sick/", views.sick, name="sick"),
    path("cover/<uuid:public_id>/accept/", views.accept_cover, name="accept_cover"),
    path("cover/<uuid:public_id>/end/", views.end_cover, name="end_cover"),
    path("away/<uuid:public_id>/", views.away, name="away"),
    path("away/<uuid:public_id>/read/", views.read_cover, name="read_cover"),
    path("shell/", views.shell, name="shell"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/drawer/", styleguide.styleguide_drawer, name="styleguide_drawer"),
    path("styleguide/form/", styleguide.styleguide_save, name="styleguide_save"),
    path("styleguide/call/", styleguide.styleguide_call, name="styleguide_call"),
    path("styleguide/refuse/", styleguide.styleguide_refuse, name="styleguide_refuse"),
]
