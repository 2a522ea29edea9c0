"""Addresses of the mailing app: the way out of bulk mail."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from mailing.views import Unsubscribe

app_name = "mailing"

urlpatterns = [
    # SECURITY: mail providers post here without cookies (RFC 8058); the token in the path is the authority, and all it
    # can do is stop mail to the one address it was made for.
    path("a/<str:token>/", csrf_exempt(Unsubscribe.as_view()), name="unsubscribe"),
]
