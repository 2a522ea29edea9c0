"""allauth's pages, where the portal adds to them. Limits are answered in urls.py by accounts.limits.limited()."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView, EmailView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import method_decorator

from accounts.models import User
from accounts.services.accounts import hold_current_address
from core.access import Access
from core.views import Page


class Overview(Page):
    """What belongs to one's own account."""

    access = Access.VIEW
    template_name = "account/overview.html"


class SignedOut(Page):
    """Said without a message in a session, so that nobody who has left carries a cookie."""

    access = Access.PUBLIC
    template_name = "account/signed_out.html"


@method_decorator(login_not_required, name="dispatch")
class ConfirmCode(ConfirmLoginCodeView):
    """The page for the code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """SECURITY: where nobody stands behind the code, look for nobody, as allauth looked for the account."""
        response = super().dispatch(request, *args, **kwargs)
        stage = getattr(request, "_login_stage", None)
        if stage is not None and stage.login.user is None:
            User.objects.filter(pk=0).first()
        return response


class ChangeAddress(EmailView):
    """The page to change the address one signs in with."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Make sure first that allauth knows the present address as the proven one."""
        if request.user.is_authenticated:
            hold_current_address(request.user)
        return super().dispatch(request, *args, **kwargs)
