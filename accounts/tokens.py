"""Links that set a password."""

import datetime as dt

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import base36_to_int

from accounts.models import User

RESET_LIFETIME = dt.timedelta(hours=1)
# settings.PASSWORD_RESET_TIMEOUT is the longest any link may live.
WELCOME_LIFETIME = dt.timedelta(days=7)


class PasswordLinkGenerator(PasswordResetTokenGenerator):
    """One hour for a reset; a week for somebody who has never signed in: a first invitation may lie over a holiday.

    Django's hash covers address, password and last sign-in: each of them changing ends every link made before.
    """

    def check_token(self, user: User | None, token: str | None) -> bool:
        """Tell whether the link is genuine and young enough."""
        if user is None or token is None or not super().check_token(user, token):
            return False
        if user.last_login is None:
            return True
        age = self._num_seconds(self._now()) - base36_to_int(token.partition("-")[0])
        return age <= RESET_LIFETIME.total_seconds()
