"""Addresses of the pages that draw on several apps."""

from django.urls import path

from portal.views import desk, feedback, health, outbox, public, search

app_name = "portal"
urlpatterns = [
    path("", public.Start.as_view(), name="start"),
    path("ueber-das-netzwerk/", public.About.as_view(), name="about"),
    path("impressum/", public.Imprint.as_view(), name="imprint"),
    path("datenschutz/", public.Privacy.as_view(), name="privacy"),
    path("barrierefreiheit/", public.Accessibility.as_view(), name="accessibility"),
    path("stil/", public.StyleSheet.as_view(), name="style-sheet"),
    path("welcher-verbund/", search.ResponsibleVerbund.as_view(), name="verbund-search"),
    path("rueckmeldung/", feedback.Feedback.as_view(), name="feedback"),
    path("rueckmeldung/danke/", feedback.FeedbackThanks.as_view(), name="feedback-thanks"),
    path("arbeitsplatz/postausgang/", outbox.Outbox.as_view(), name="outbox"),
    path("arbeitsplatz/postausgang/<uuid:pk>/", outbox.OutboxMail.as_view(), name="outbox-mail"),
    path("arbeitsplatz/postausgang/<uuid:pk>/versuchen/", outbox.OutboxRetry.as_view(), name="outbox-retry"),
    path("arbeitsplatz/postausgang/<uuid:mail>/abbrechen/", outbox.OutboxGiveUp.as_view(), name="outbox-give-up"),
    path("arbeitsplatz/", desk.Desk.as_view(), name="desk"),
    path("healthz", health.Alive.as_view(), name="healthz"),
    path("readyz", health.Ready.as_view(), name="readyz"),
    path("robots.txt", public.Robots.as_view(), name="robots"),
    path(".well-known/security.txt", public.SecurityContact.as_view(), name="security-contact"),
]
