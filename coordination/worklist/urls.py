"""Addresses of worklist."""

from django.urls import path

from coordination.worklist.views import acts, books, closing, jots, making, many, mending, pages

app_name = "worklist"
urlpatterns = [
    path("tasks/new/", making.new, name="new"),
    path("tasks/line/", making.line, name="line"),
    path("tasks/bulk/", many.bulk, name="bulk"),
    path("tasks/undo/", pages.undo, name="undo"),
    path("tasks/<uuid:public_id>/", pages.task, name="task"),
    path("tasks/<uuid:public_id>/menu/", pages.menu, name="menu"),
    path("tasks/<uuid:public_id>/why/", pages.why, name="why"),
    path("tasks/<uuid:public_id>/done/", acts.done, name="done"),
    path("tasks/<uuid:public_id>/move/", acts.move, name="move"),
    path("tasks/<uuid:public_id>/assign/", acts.assign, name="assign"),
    path("tasks/<uuid:public_id>/escalate/", acts.escalate, name="escalate"),
    path("tasks/<uuid:public_id>/hold/", acts.hold, name="hold"),
    path("tasks/<uuid:public_id>/end-hold/", closing.end_hold, name="end_hold"),
    path("tasks/<uuid:public_id>/wait/", acts.wait, name="wait"),
    path("tasks/<uuid:public_id>/cancel/", closing.cancel, name="cancel"),
    path("tasks/<uuid:public_id>/fail/", closing.fail, name="fail"),
    path("tasks/<uuid:public_id>/reopen/", closing.reopen, name="reopen"),
    path("tasks/<uuid:public_id>/wrong-patient/", mending.wrong_patient, name="wrong_patient"),
    path("tasks/<uuid:public_id>/in-error/", mending.in_error, name="in_error"),
    path("tasks/<uuid:public_id>/start/", acts.start, name="start"),
    path("tasks/<uuid:public_id>/accept/", acts.accept, name="accept"),
    path("tasks/<uuid:public_id>/reject/", closing.reject, name="reject"),
    path("tasks/<uuid:public_id>/answer/", pages.answer, name="answer"),
    path("tasks/<uuid:public_id>/seen/", pages.seen, name="seen"),
    path("jots/new/", jots.new, name="jot_new"),
    path("jots/<uuid:jot>/", jots.jot, name="jot"),
    path("jots/<uuid:jot>/attach/", jots.attach, name="jot_attach"),
    path("jots/<uuid:jot>/drop/", jots.drop, name="jot_drop"),
    path("jots/<uuid:jot>/again/", jots.again, name="jot_again"),
    path("notices/", pages.notices, name="notices"),
    path("playbooks/", books.playbooks, name="playbooks"),
    path("playbooks/<uuid:public_id>/", books.playbook, name="playbook"),
    path("playbooks/start/<uuid:public_id>/", books.start_playbook, name="start_playbook"),
]
