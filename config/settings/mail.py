"""Mail: the server, how the outbox is delivered, and which kinds there are."""

from config.settings.environment import PORTAL_LOCAL, env

# Django's mailer is used by the delivery task only; everything else queues rows in the outbox.
MAIL_HOST = env.str("MAIL_HOST", "")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": MAIL_HOST or "localhost",
            "port": env.int("MAIL_PORT", 587),
            "username": env.str("MAIL_USERNAME", ""),
            "password": env.str("MAIL_PASSWORD", ""),
            "use_tls": env.bool("MAIL_STARTTLS", True),
            "timeout": env.int("MAIL_TIMEOUT", 30),
        },
    }
}
MAIL_FROM = env.str("MAIL_FROM", "portal@example.org")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
MAIL_FROM_NAME = env.str("MAIL_FROM_NAME", "Weiterbildungsverbünde")
# The domain of Message-IDs and calendar UIDs; must not change once mails have left.
MAIL_DOMAIN = MAIL_FROM.rpartition("@")[2]

# Without a server the local mode keeps every mail in the demo mailbox: "delivered" means "shown there".
MAIL_TRANSPORT = env.str(
    "MAIL_TRANSPORT",
    "mailing.transport.DemoMailbox" if PORTAL_LOCAL and not MAIL_HOST else "mailing.transport.Smtp",
)
MAIL_LEASE_SECONDS = env.float("MAIL_LEASE_SECONDS", 120)
MAIL_RUN_SECONDS = env.float("MAIL_RUN_SECONDS", 30)
# Growing delays between attempts, in seconds (RELIABILITY B3); the last one repeats until the mail expires.
MAIL_RETRY_SECONDS = env.list("MAIL_RETRY_SECONDS", [60, 300, 900, 3600, 7200, 14400], subcast=float)
MAIL_GREYLIST_SECONDS = env.float("MAIL_GREYLIST_SECONDS", 300)
MAIL_BREAKER_FAILURES = env.int("MAIL_BREAKER_FAILURES", 10)
MAIL_BREAKER_SECONDS = env.float("MAIL_BREAKER_SECONDS", 60)
# Automatic bulk mail rests between these hours, local time; None switches the rest off.
MAIL_QUIET_HOURS = None if PORTAL_LOCAL else (20, 7)
# Bulk mails a minute per sending domain, all workers together; 0 is no limit.
MAIL_BULK_PER_MINUTE = env.int("MAIL_BULK_PER_MINUTE", 0 if PORTAL_LOCAL else 1200)
# A sending to many stops by itself after so many refusals as unwanted (5.7.x) in a row, or above this share.
MAIL_PAUSE_REFUSALS = env.int("MAIL_PAUSE_REFUSALS", 5)
MAIL_PAUSE_SHARE = env.float("MAIL_PAUSE_SHARE", 0.02)
MAIL_KEEP_BODY_DAYS = env.int("MAIL_KEEP_BODY_DAYS", 90)

# Per purpose one small class (mailing.purposes.Purpose); a worker leaves unknown purposes queued.
MAIL_PURPOSES = [
    "accounts.emails.SignInCodeMail",
    "accounts.emails.PasswordLinkMail",
    "accounts.emails.WelcomeMail",
    "accounts.emails.AddressConfirmationMail",
    "accounts.emails.NoticeMail",
    "events.emails.InvitationMail",
    "events.emails.RegistrationMail",
    "events.emails.ChangeMail",
    "events.emails.AddressProofMail",
    "events.emails.ReminderMail",
    "events.emails.AnswerReminderMail",
    "events.emails.ThanksMail",
    "events.emails.OrganiserNoticeMail",
    "events.emails.LinkAgainMail",
    "events.emails.SubscriptionProofMail",
    "events.emails.SubscriptionKnownMail",
    "events.emails.EventNewsMail",
    "events.emails.ChangeDeclinedMail",
    "events.emails.InterestProofMail",
    "events.emails.InterestOpenMail",
    "events.emails.DeputyRequestMail",
    "events.emails.DeputyOutcomeMail",
    "events.emails.DeputyEndedMail",
    "events.emails.DeputyGoneMail",
    "portal.emails.FeedbackMail",
]
