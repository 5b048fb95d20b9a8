"""Networks: whether a host is anybody's on the internet, or one of ours that others cannot reach.

A name or number is what this machine makes of it: 2130706433, 0x7f.1 and ::ffff:127.0.0.1 are
127.0.0.1, and so is every name that leads there.
"""

from __future__ import annotations

import ipaddress
import socket
from enum import Enum

# IPv4 addresses behind an IPv6 network that translates (RFC 6052).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class Network(Enum):
    """Where an address lies; the value says it in words."""

    INTERNET = "the internet"
    PRIVATE = "a private network"
    LINK = "the link to the next machine"
    MACHINE = "this machine"


def network_of(number: str) -> Network:
    """Return the network of an address as a socket writes it."""
    address = _unwrapped(ipaddress.ip_address(number.partition("%")[0]))
    if address.is_loopback or address.is_unspecified:
        return Network.MACHINE
    if address.is_link_local:
        return Network.LINK
    is_ours = not address.is_global or address.is_multicast or address.is_reserved
    # Site-local addresses (RFC 3879) are used no more.
    is_ours = is_ours or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    return Network.PRIVATE if is_ours else Network.INTERNET


def networks_of(host: str) -> set[Network]:
    """Return the networks in which this machine looks for a host; none where it knows no such."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return set()
    return {network_of(str(address[0])) for *_, address in found}


def _unwrapped(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if int(address) >> 32 == 0 and int(address) > 1:
        # Compatible addresses (RFC 4291, 2.5.5.1) are used no more, and understood.
        return ipaddress.IPv4Address(int(address))
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
