"""What is counted all the time, kept by the database itself: triggers move these rows with every claim and answer.

Counting 10,000 people for each page costs more than the rest of it. Nothing in the portal writes here; whoever changes
a claim or an answer in whatever way has changed its tally in the same transaction (docs/decisions/0023).
"""

from django.db import models

from events.models.events import Event
from events.models.places import PlacePool


class PlaceTally(models.Model):
    """How many places of one pool are taken (confirmed or offered), and how many people wait for one."""

    pool = models.OneToOneField(PlacePool, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    taken = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.taken} vergeben, {self.waiting} warten"


class AnswerTally(models.Model):
    """How many people stand on an event's list, by their answer."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, primary_key=True, related_name="tally")
    people = models.IntegerField(default=0)
    open = models.IntegerField(default=0)
    yes = models.IntegerField(default=0)
    no = models.IntegerField(default=0)
    deputy = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.people} Personen, {self.yes} zugesagt"
