"""Addresses of paperwork."""

from django.urls import path

from coordination.paperwork import views

app_name = "paperwork"
urlpatterns = [
    path("paperwork/", views.pile, name="pile"),
    path("paperwork/sent/<uuid:public_id>/", views.dispatch, name="dispatch"),
    path("paperwork/sent/<uuid:public_id>/went/", views.went, name="went"),
    path("paperwork/sent/<uuid:public_id>/arrived/", views.arrived, name="arrived"),
    path("paperwork/sent/<uuid:public_id>/failed/", views.failed, name="failed"),
    path("paperwork/sent/<uuid:public_id>/stop/", views.stop, name="stop"),
    path("paperwork/signatures/<uuid:public_id>/", views.signature, name="signature"),
    path("paperwork/signatures/<uuid:public_id>/signed/", views.signed, name="signed"),
    path("paperwork/signatures/<uuid:public_id>/declined/", views.declined, name="declined"),
    path("paperwork/signatures/<uuid:public_id>/drop/", views.drop, name="drop"),
    path("paperwork/signatures/<uuid:public_id>/in-error/", views.void, name="signature_void"),
    path("documents/<uuid:public_id>/sign/", views.sign, name="sign"),
    path("patients/<uuid:public_id>/documents/send/", views.send, name="send"),
    path("paperwork/new/", views.put_on_pile, name="put_on_pile"),
    path("patients/<uuid:public_id>/documents/new/", views.upload, name="upload"),
    path("documents/<uuid:public_id>/", views.document, name="document"),
    path("documents/<uuid:public_id>/file/", views.download, name="download"),
    path("documents/<uuid:public_id>/preview/", views.preview, name="preview"),
    path("documents/<uuid:public_id>/chart/", views.file_it, name="file_it"),
    path("documents/<uuid:public_id>/wrong-patient/", views.wrong_patient, name="wrong_patient"),
    path("documents/<uuid:public_id>/in-error/", views.in_error, name="in_error"),
]
