"""Settings of the workers in the mail fault tests: the portal's own, plus a kind of mail that needs no rows."""

from config.settings import *  # noqa: F403
from config.settings import BASE_DIR, TEMPLATES

MAIL_PURPOSES = ["tests.mail.purposes.NoticeMail", "tests.mail.purposes.NewsletterMail"]
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests/mail/templates")
MAIL_QUIET_HOURS = None
CELERY_BEAT_SCHEDULE = {
    "deliver-due-mail": {"task": "mailing.deliver_due", "schedule": 0.5, "options": {"expires": 0.5}},
}
