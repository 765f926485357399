"""Addresses of the API."""

from django.urls import path

from coordination.exchange.api import clocks, contacts, docs, papers, patients, stays, tasks

app_name = "api"
ONE = "<uuid:public_id>/"
urlpatterns = [
    path("schema/", docs.Schema.door(), name="schema"),
    path("docs/", docs.Docs.door(), name="docs"),
    path("patients/", patients.Patients.door(), name="patients"),
    path("patients/search/", patients.Search.door(), name="search"),
    path(f"patients/{ONE}", patients.OnePatient.door(), name="patient"),
    path("stays/", stays.Stays.door(), name="stays"),
    path(f"stays/{ONE}", stays.OneStay.door(), name="stay"),
    path(f"stays/{ONE}move/", stays.MoveStay.door(), name="stay-move"),
    path(f"stays/{ONE}expected/", stays.ExpectStay.door(), name="stay-expected"),
    path(f"stays/{ONE}plan/", stays.PlanStay.door(), name="stay-plan"),
    path(f"stays/{ONE}depart/", stays.DepartStay.door(), name="stay-depart"),
    path("contacts/", contacts.Contacts.door(), name="contacts"),
    path(f"contacts/{ONE}", contacts.OneContact.door(), name="contact"),
    path(f"contacts/{ONE}end/", contacts.EndContact.door(), name="contact-end"),
    path("tasks/", tasks.Tasks.door(), name="tasks"),
    path(f"tasks/{ONE}", tasks.OneTask.door(), name="task"),
    path(f"tasks/{ONE}complete/", tasks.CompleteTask.door(), name="task-complete"),
    path(f"tasks/{ONE}move/", tasks.MoveTask.door(), name="task-move"),
    path(f"tasks/{ONE}assign/", tasks.AssignTask.door(), name="task-assign"),
    path(f"tasks/{ONE}hold/", tasks.HoldTask.door(), name="task-hold"),
    path(f"tasks/{ONE}cancel/", tasks.CancelTask.door(), name="task-cancel"),
    path(f"tasks/{ONE}reopen/", tasks.ReopenTask.door(), name="task-reopen"),
    path("documents/", papers.Documents.door(), name="documents"),
    path(f"documents/{ONE}", papers.OneDocument.door(), name="document"),
    path(f"documents/{ONE}file/", papers.DocumentFile.door(), name="document-file"),
    path("dispatches/", papers.Dispatches.door(), name="dispatches"),
    path(f"dispatches/{ONE}", papers.OneDispatch.door(), name="dispatch"),
    path(f"dispatches/{ONE}sent/", papers.DispatchSent.door(), name="dispatch-sent"),
    path(f"dispatches/{ONE}arrived/", papers.DispatchArrived.door(), name="dispatch-arrived"),
    path(f"dispatches/{ONE}failed/", papers.DispatchFailed.door(), name="dispatch-failed"),
    path(f"dispatches/{ONE}stop/", papers.DispatchStopped.door(), name="dispatch-stop"),
    path("clocks/", clocks.Clocks.door(), name="clocks"),
    path(f"clocks/{ONE}", clocks.OneClock.door(), name="clock"),
    path(f"clocks/{ONE}anchor/", clocks.MoveAnchor.door(), name="clock-anchor"),
]
