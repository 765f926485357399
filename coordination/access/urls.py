"""Addresses of access."""

from django.urls import path

from coordination.access import views

app_name = "access"
urlpatterns = [
    path("drafts/<slug:form>/", views.draft, name="draft"),
    path("drafts/<slug:form>/drop/", views.drop_draft, name="drop_draft"),
    path("lock/", views.locked, name="locked"),
    path("lock/unlock/", views.unlock, name="unlock"),
    path("theme/", views.theme, name="theme"),
    path("duty/", views.duty, name="duty"),
    path("duty/start/", views.start_duty, name="start_duty"),
    path("duty/end/", views.end_duty, name="end_duty"),
    path("keys/", views.keys, name="keys"),
    path("keys/list/", views.keys_part, name="keys_part"),
    path("profile/", views.profile, name="profile"),
    path("profile/columns/", views.columns, name="columns"),
    path("profile/keys/", views.own_keys, name="own_keys"),
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/new/", views.new_token, name="new_token"),
    path("profile/tokens/<uuid:token>/end/", views.end_token, name="end_token"),
]
