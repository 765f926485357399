"""Addresses of access."""

from django.urls import path

from coordination.access import views

app_name = "access"
urlpatterns = [
    path("drafts/<slug:form>/", views.draft, name="draft"),
    path("drafts/<slug:form>/drop/", views.drop_draft, name="drop_draft"),
    path("theme/", views.theme, name="theme"),
    path("keys/", views.keys, name="keys"),
]
