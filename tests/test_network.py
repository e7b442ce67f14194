"""Which addresses may be connected to."""

import pytest

from newsarchive.errors import UsageError
from newsarchive.network import Reach, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),  # noqa: S104 - an address to be refused
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.1", True),
        ("192.0.0.1", False),
        ("192.0.0.8", False),
        ("192.0.0.192", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("168.63.129.16", False),
        ("100.100.100.200", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("198.51.100.1", False),
        ("203.0.113.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::8.8.8.8", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::1", False),
        ("2001:0:0:0:0:0:80ff:fffe", False),
        ("2001:db8::1", False),
        ("2002:a83f:8110::1", False),
        ("2001:2::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a table's column
    """Only those of the public Internet; an IPv4 address inside an IPv6 one counts."""
    assert is_public(address) is public


@pytest.mark.parametrize("name", ["", "localhost", "127.1", "2130706433", "0x7f000001", "example.org", "127.0.0.1 "])
def test_what_is_no_address_is_left_to_the_resolver(name: str) -> None:
    """A name is no address, however much it looks like one."""
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        is_public(name)


@pytest.mark.parametrize(
    ("setting", "address", "admitted"),
    [
        ("0", "127.0.0.1", False),
        ("", "10.0.0.1", False),
        ("no", "10.0.0.1", False),
        ("0", "8.8.8.8", True),
        ("1", "127.0.0.1", True),
        ("True", "::1", True),
        ("10.1.0.0/16", "10.1.2.3", True),
        ("10.1.0.0/16", "10.2.2.3", False),
        ("10.1.0.0/16, ::1", "::1", True),
        ("10.1.0.0/16", "8.8.8.8", True),
        ("127.0.0.9", "127.0.0.1", False),
    ],
)
def test_what_a_setting_admits(setting: str, address: str, admitted: bool) -> None:  # noqa: FBT001 - a table's column
    """The public Internet always; private networks all, none, or those named."""
    assert Reach.parse(setting).admits(address) is admitted


@pytest.mark.parametrize("setting", ["2", "intranet", "10.1.2.3/16", "127.0.0.1,"])
def test_a_setting_that_names_no_network_is_refused(setting: str) -> None:
    """The message has the part that is wrong."""
    with pytest.raises(UsageError, match="NEWSARCHIVE_ALLOW_PRIVATE has"):
        Reach.parse(setting)
