"""Every address of the portal. Paths are German ASCII, names `<app>:<model>-<action>`."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
# Third parties register their tables, too; the admin is for our reference data only (DESIGN §3.6).
for model in [model for model in admin.site._registry if model._meta.app_label in {"auth", "account"}]:  # noqa: SLF001
    admin.site.unregister(model)
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("mailing.urls")),
    path("", include("verbuende.urls")),
    path("", include("events.urls")),
    path("konto/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]

if settings.PORTAL_LOCAL:
    urlpatterns.append(path("demo/", include("demo.urls")))

handler500 = "core.errors.server_error"
