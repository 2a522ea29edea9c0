"""Who is asking: the visitor's network address, as far as it can be trusted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# One household or office usually owns a whole /64: counting single addresses would limit nobody.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """Return the visitor's address, for limits only; an IPv6 address stands for its network.

    SECURITY: X-Forwarded-For is read from the right and only as deep as proxies of ours stand in front
    (settings.TRUSTED_PROXY_COUNT); what a visitor puts into the header stands further left.
    """
    address = _forwarded(request) or request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def _forwarded(request: HttpRequest) -> str:
    count: int = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return hops[-count] if 0 < count <= len(hops) else ""
