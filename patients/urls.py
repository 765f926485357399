"""Addresses of patients. Their list, and a patient's page `<uuid>/`, are the caseload room's."""

from django.urls import path

from patients.views import finding, merging, moving, people, stays

app_name = "patients"
urlpatterns = [
    path("everybody/", finding.listing, name="everybody"),
    path("find/", finding.find, name="find"),
    path("new/", finding.new, name="new"),
    path("twins/", finding.twins, name="twins"),
    path("merge/", merging.merges, name="merges"),
    path("merge/<uuid:public_id>/", merging.merged, name="merged"),
    path("<uuid:public_id>/merge/", merging.merge, name="merge"),
    path("<uuid:public_id>/both/", merging.both, name="both"),
    path("<uuid:public_id>/edit/", people.edit, name="edit"),
    path("<uuid:public_id>/death/", people.death, name="death"),
    path("<uuid:public_id>/alive/", people.alive, name="alive"),
    path("<uuid:public_id>/unlisted/", people.unlisted, name="unlisted"),
    path("<uuid:public_id>/wishes/", people.wishes, name="wishes"),
    path("<uuid:public_id>/contacts/new/", people.add_contact, name="add_contact"),
    path("<uuid:public_id>/insurance/new/", people.add_coverage, name="add_coverage"),
    path("<uuid:public_id>/stays/", stays.history, name="stays"),
    path("<uuid:public_id>/admit/", stays.admit, name="admit"),
    path("<uuid:public_id>/visits/new/", stays.book, name="book"),
    path("contacts/<uuid:public_id>/", people.edit_contact, name="edit_contact"),
    path("contacts/<uuid:public_id>/end/", people.end_contact, name="end_contact"),
    path("contacts/<uuid:public_id>/told/", people.permission, name="permission"),
    path("permissions/<uuid:public_id>/end/", people.end_permission, name="end_permission"),
    path("insurance/<uuid:public_id>/", people.edit_coverage, name="edit_coverage"),
    path("insurance/<uuid:public_id>/end/", people.end_coverage, name="end_coverage"),
    path("stays/<uuid:public_id>/move/", moving.move, name="move"),
    path("stays/<uuid:public_id>/severity/", moving.severity, name="severity"),
    path("stays/move/undo/", moving.undo_move, name="undo_move"),
    path("stays/severity/undo/", moving.undo_severity, name="undo_severity"),
    path("stays/beds/<uuid:public_id>/", moving.correct_place, name="correct_place"),
    path("stays/<uuid:public_id>/status/", stays.segment, name="segment"),
    path("stays/<uuid:public_id>/expected/", stays.expected, name="expected"),
    path("stays/<uuid:public_id>/plan/", stays.plan, name="plan"),
    path("stays/<uuid:public_id>/left/", stays.depart, name="depart"),
    path("stays/<uuid:public_id>/correct/", stays.correct, name="correct_stay"),
    path("stays/<uuid:public_id>/error/", stays.void, name="void_stay"),
    path("visits/<uuid:public_id>/", stays.edit_visit, name="edit_visit"),
]
