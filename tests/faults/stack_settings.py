"""The portal's own settings with the test's kinds of mail beside its own."""

from config import settings
from tests.faults.mail_settings import *  # noqa: F403
from tests.faults.mail_settings import MAIL_PURPOSES as TEST_PURPOSES

MAIL_PURPOSES = [*settings.MAIL_PURPOSES, *TEST_PURPOSES]
