"""Where a request comes from. A forwarded address counts only where a proxy of ours wrote it."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA", "HTTP_X_FORWARDED_HOST")
LOCAL = frozenset({"127.0.0.1", "::1", "", "None"})


def visitor_address(request: HttpRequest) -> str:
    """Return the address of the visitor, for limits and the log of access: the last one that no proxy of ours has.

    What the visitor wrote into `X-Forwarded-For` stands left of what our proxies added, and is never read.
    """
    near = str(request.META.get("REMOTE_ADDR") or "")
    trusted = settings.YIWANG_TRUSTED_PROXIES
    if not trusted:
        return near
    written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if isinstance(trusted, int):
        return (_tidy(written[-trusted]) if len(written) >= trusted else "") or near
    found = near
    while written and _is_one_of(found, trusted):
        further = _tidy(written.pop())
        if not further:
            break
        found = further
    return found


def whose_limit(address: str) -> str:
    """Return what limits count by: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if found.version == 6 else address


def is_from_this_machine(request: HttpRequest) -> bool:
    """Return whether somebody on the machine itself asks, and not a proxy on it for somebody else."""
    return str(request.META.get("REMOTE_ADDR")) in LOCAL and not any(name in request.META for name in FORWARDED)


def _tidy(written: str) -> str:
    """Return the address that a proxy wrote, without a port; nothing where it is none."""
    text = written.strip()
    text = text[1:].partition("]")[0] if text.startswith("[") else text
    text = text.partition(":")[0] if text.count(":") == 1 else text
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _is_one_of(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        return any(ip_address(address) in ip_network(one) for one in trusted)
    except ValueError:
        return False
