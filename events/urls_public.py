"""Addresses for visitors and invited people. Merged by events.urls."""

from django.urls import path

from events.views import (
    answer,
    answer_places,
    change_wishes,
    deputies,
    feeds,
    interest,
    own_link,
    registration,
    still_coming,
    subscription,
)
from events.views import public as pages

public = [
    path("veranstaltungen/", pages.EventList.as_view(), name="event-list"),
    path("veranstaltungen/abonnieren/", feeds.FeedHelp.as_view(), name="feed-help"),
    path("veranstaltungen/link-anfordern/", own_link.OwnLinkRequest.as_view(), name="own-link-create"),
    path("veranstaltungen/link-anfordern/eingegangen/", own_link.OwnLinkReceived.as_view(), name="own-link-received"),
    path("veranstaltungen/neu-per-mail/", subscription.SubscriptionCreate.as_view(), name="subscription-create"),
    path(
        "veranstaltungen/neu-per-mail/eingegangen/",
        subscription.SubscriptionReceived.as_view(),
        name="subscription-received",
    ),
    path("veranstaltungen/neu-per-mail/beendet/", subscription.SubscriptionEnded.as_view(), name="subscription-ended"),
    path("n/<str:token>/", subscription.SubscriptionUpdate.as_view(), name="subscription-update"),
    path("n/<str:token>/bestaetigen/", subscription.SubscriptionConfirm.as_view(), name="subscription-confirm"),
    path("n/<str:token>/beenden/", subscription.SubscriptionEnd.as_view(), name="subscription-end"),
    path("veranstaltungen/kalender.ics", feeds.NetworkFeed.as_view(), name="network-calendar"),
    path("veranstaltungen/feed.atom", feeds.NetworkFeed.as_view(form=feeds.ATOM), name="network-atom"),
    path("veranstaltungen/land/<slug:land>/kalender.ics", feeds.LandFeed.as_view(), name="land-calendar"),
    path("veranstaltungen/land/<slug:land>/feed.atom", feeds.LandFeed.as_view(form=feeds.ATOM), name="land-atom"),
    path("verbuende/<slug:verbund>/kalender.ics", feeds.VerbundFeed.as_view(), name="verbund-calendar"),
    path("verbuende/<slug:verbund>/feed.atom", feeds.VerbundFeed.as_view(form=feeds.ATOM), name="verbund-atom"),
    path("veranstaltungen/reihen/<slug:slug>/", pages.SeriesDetail.as_view(), name="series-detail"),
    path("veranstaltungen/<slug:slug>/", pages.EventDetail.as_view(), name="event-detail"),
    path("veranstaltungen/<slug:slug>/druck/", pages.EventPrint.as_view(), name="event-print"),
    path("veranstaltungen/<slug:slug>/kalender.ics", pages.EventCalendar.as_view(), name="event-calendar"),
    path(
        "veranstaltungen/<slug:event>/anmelden/", registration.RegistrationCreate.as_view(), name="registration-create"
    ),
    path(
        "veranstaltungen/<slug:event>/anmelden/eingegangen/",
        registration.RegistrationReceived.as_view(),
        name="registration-received",
    ),
    path(
        "veranstaltungen/<slug:event>/anmelden/verworfen/",
        registration.RegistrationDiscarded.as_view(),
        name="registration-discarded",
    ),
    path("e/<str:token>/", answer.Answer.as_view(), name="answer"),
    path("e/<str:token>/aendern/", answer.AnswerChange.as_view(), name="answer-change"),
    path("e/<str:token>/absagen/", answer.AnswerCancel.as_view(), name="answer-cancel"),
    path("e/<str:token>/weiterhin/", still_coming.StillComing.as_view(), name="answer-still-coming"),
    path("e/<str:token>/kalender.ics", answer.AnswerCalendar.as_view(), name="answer-calendar"),
    path("e/<str:token>/platz/<int:pool>/annehmen/", answer_places.PlaceAccept.as_view(), name="answer-accept"),
    path("e/<str:token>/platz/<int:pool>/ablehnen/", answer_places.PlaceDecline.as_view(), name="answer-decline"),
    path("e/<str:token>/platz/<int:pool>/behalten/", answer_places.ItemKeep.as_view(), name="answer-keep"),
    path("e/<str:token>/platz/<int:pool>/verlassen/", answer_places.WaitingListLeave.as_view(), name="answer-leave"),
    path("e/<str:token>/aenderung/zurueckziehen/", change_wishes.ChangeWithdraw.as_view(), name="change-withdraw"),
    path("e/<str:token>/vertretung/", deputies.DeputyCreate.as_view(), name="deputy-create"),
    path("e/<str:token>/vertretung/zuruecknehmen/", deputies.DeputyTakeBack.as_view(), name="deputy-take-back"),
    path("veranstaltungen/<slug:event>/vormerken/", interest.InterestCreate.as_view(), name="interest-create"),
    path(
        "veranstaltungen/<slug:event>/vormerken/eingegangen/",
        interest.InterestReceived.as_view(),
        name="interest-received",
    ),
    path("veranstaltungen/<slug:event>/vormerken/beendet/", interest.InterestEnded.as_view(), name="interest-ended"),
    path("i/<str:token>/", interest.Interest.as_view(), name="interest"),
    path("i/<str:token>/beenden/", interest.InterestEnd.as_view(), name="interest-end"),
    path("b/<str:token>/", answer.AddressProof.as_view(), name="address-proof"),
    path("b/<str:token>/verwerfen/", answer.RegistrationDiscard.as_view(), name="registration-discard"),
]
