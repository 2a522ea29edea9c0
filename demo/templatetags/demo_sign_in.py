"""The buttons of the sign-in page in local mode."""

from django import template

from demo.sign_in import DEMO_ROLES, DemoRole

register = template.Library()


@register.simple_tag
def demo_roles() -> tuple[DemoRole, ...]:
    """Return the demo accounts, in the order of their buttons."""
    return DEMO_ROLES
