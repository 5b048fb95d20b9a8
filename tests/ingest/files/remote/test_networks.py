"""Which network an address lies in, however it is spelled."""

from __future__ import annotations

import socket

import pytest

from ingest.files.remote.networks import Network, network_of, networks_of


@pytest.mark.parametrize(
    ("number", "network"),
    [
        *((n, Network.MACHINE) for n in ("127.0.0.1", "127.8.9.10", "0.0.0.0", "::1", "::")),  # noqa: S104 - that an address is ours is what is asked
        *((n, Network.MACHINE) for n in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
        *((n, Network.MACHINE) for n in ("::127.0.0.1", "::ffff:0.0.0.0")),
        *((n, Network.LINK) for n in ("169.254.169.254", "fe80::1%eth0", "::ffff:169.254.1.1")),
        *((n, Network.PRIVATE) for n in ("10.0.0.1", "172.16.0.1", "172.31.255.255")),
        *((n, Network.PRIVATE) for n in ("192.168.1.1", "100.64.0.1", "fd00::1", "fec0::1")),
        *((n, Network.PRIVATE) for n in ("224.0.0.1", "255.255.255.255", "ff02::1", "0.1.2.3")),
        *((n, Network.INTERNET) for n in ("93.184.216.34", "172.32.0.1", "11.0.0.1")),
        *((n, Network.INTERNET) for n in ("2606:2800:220:1::1", "::ffff:93.184.216.34")),
    ],
)
def test_an_address_lies_where_it_leads(number: str, network: Network) -> None:
    assert network_of(number) is network


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "localhost"])
def test_a_host_lies_where_this_machine_finds_it(host: str) -> None:
    assert networks_of(host) == {Network.MACHINE}


def test_a_host_of_several_addresses_lies_in_the_network_of_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(socket.AF_INET, 1, 6, "", (n, 0)) for n in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert networks_of("two.example") == {Network.INTERNET, Network.PRIVATE}


def test_a_host_that_nobody_knows_lies_nowhere() -> None:
    assert networks_of("no-such-host.invalid") == set()
    assert networks_of("a" * 300) == set()
