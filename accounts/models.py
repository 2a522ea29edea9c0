"""Who can sign in. Roles live with what they govern; only the coordination centre's staff is named here."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.search import email_key

# Printable ASCII around one @: domains are stored in IDNA.
ADDRESS = r"^[!-?A-~]+@[!-?A-~]+$"


class UserManager(BaseUserManager["User"]):
    """Makes accounts. Addresses are stored as core.search.email_key() writes them, so that the key is the address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account. Without a password it signs in by mailed code or sets one by link."""
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = self.model(email=email_key(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account that may use the Django admin and everything else."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of this address, however it is written."""
        return self.get(email_key=email_key(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The e-mail address is the name they sign in with."""

    class Salutation(models.TextChoices):
        NEUTRAL = "", "keine Angabe"
        FRAU = "frau", "Frau"
        HERR = "herr", "Herr"

    email = models.EmailField("E-Mail-Adresse", unique=True)
    # The database derives the key, so it follows the address on every way an address can change, allauth's too.
    email_key = models.GeneratedField(
        expression=Lower("email"), output_field=models.CharField(max_length=254), db_persist=True
    )
    name = models.CharField("Vor- und Nachname", max_length=150, blank=True)
    salutation = models.CharField(
        "Anrede", max_length=4, choices=Salutation.choices, default=Salutation.NEUTRAL, blank=True
    )
    is_centre_staff = models.BooleanField("gehört zum Koordinierungszentrum", default=False)
    is_active = models.BooleanField("aktiv", default=True)
    is_staff = models.BooleanField("darf in die Verwaltung der Stammdaten", default=False)
    date_joined = models.DateTimeField("angelegt", default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "Konto"
        verbose_name_plural = "Konten"
        constraints = [
            models.UniqueConstraint(
                fields=("email_key",),
                name="accounts_user_email_key_unique",
                violation_error_message="Mit dieser E-Mail-Adresse gibt es schon ein Konto.",
            ),
            # Only then is lower(email) what core.search.email_key() returns.
            models.CheckConstraint(condition=models.Q(email__regex=ADDRESS), name="accounts_user_email_ascii"),
            # The Django admin is for the superuser only.
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(is_superuser=True),
                name="accounts_user_admin_is_superuser",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name people know, or the address when there is none."""
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return the same as the full name: the portal says "Frau Beispiel", never a first name."""
        return self.get_full_name()


class SavedColumns(models.Model):
    """The columns one person wants in one list; the list's own app knows which there are."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    columns = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "name"), name="accounts_columns_once_per_list")]

    def __str__(self) -> str:
        return self.name
