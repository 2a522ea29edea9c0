"""Settings of a worker of the release before: it does not know the newsletter yet."""

from tests.faults.mail_settings import *  # noqa: F403

MAIL_PURPOSES = ["tests.mail.purposes.NoticeMail"]
