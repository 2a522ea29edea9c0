"""Addresses of the demo: sign-in by one button and the demo mailbox; mounted in the local mode only."""

from django.conf import settings
from django.urls import path
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from demo.sign_in import sign_in
from demo.views import Mailbox, MailCalendar, MailDetail, MailRaw

app_name = "demo"

# A mail brings its styles in its elements. SECURITY: the frame can neither run anything nor send a form; a click on a
# link may only lead the whole window on.
RAW_MAIL_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-top-navigation-by-user-activation"],
}
WITH_FRAME_CSP = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}

urlpatterns = [
    path("anmelden/", sign_in, name="sign-in"),
    path("postfach/", Mailbox.as_view(), name="mailbox"),
    path("postfach/<uuid:pk>/", csp_override(WITH_FRAME_CSP)(MailDetail.as_view()), name="mail-detail"),
    path(
        "postfach/<uuid:pk>/html/",
        xframe_options_sameorigin(csp_override(RAW_MAIL_CSP)(MailRaw.as_view())),
        name="mail-raw",
    ),
    path("postfach/<uuid:pk>/termin.ics", MailCalendar.as_view(), name="mail-calendar"),
]
