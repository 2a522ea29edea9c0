"""The HTML of a mail as a page of its own."""

from django.http import HttpResponse
from django.utils.csp import CSP, build_policy

# SECURITY: the mail's styles stand at its elements; nothing else may load or run, and the page is nobody's origin.
POLICY = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def mail_html_response(html: str) -> HttpResponse:
    """Return the page; its own policy replaces the portal's."""
    return HttpResponse(html, headers={CSP.HEADER_ENFORCE.value: build_policy(POLICY)})
