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
    chain = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), near]
    hops = [found for found in map(_tidy, chain) if found]
    if isinstance(trusted, int):
        return hops[max(0, len(hops) - 1 - trusted)] if len(hops) > trusted else near
    while len(hops) > 1 and _is_one_of(hops[-1], trusted):
        hops.pop()
    return hops[-1] if hops else near


def is_from_this_machine(request: HttpRequest) -> bool:
    """Return whether somebody on the machine itself asks, and not a proxy on it for somebody else."""
    return str(request.META.get("REMOTE_ADDR")) in LOCAL and not any(name in request.META for name in FORWARDED)


def _tidy(written: str) -> str:
    try:
        return str(ip_address(written.strip().strip("[]")))
    except ValueError:
        return ""


def _is_one_of(address: str, trusted: tuple[str, ...]) -> bool:
    return any(ip_address(address) in ip_network(one, strict=False) for one in trusted)
