"""The few addresses of allauth we use. Signing up and resetting by mail are not among them."""

from allauth.account import views
from django.urls import path

from coordination.access.markers import access, public

urlpatterns = [
    path("login/", public("signing in")(views.login), name="account_login"),
    path(
        "logout/", public("signing out, also when one is out")(views.logout), name="account_logout"
    ),
    path("password/change/", access()(views.password_change), name="account_change_password"),
    path("password/set/", access()(views.password_set), name="account_set_password"),
    path("reauthenticate/", access()(views.reauthenticate), name="account_reauthenticate"),
]
