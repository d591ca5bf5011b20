"""Whose guess it was is told by the address of the connection, and by a header where the operator's proxy wrote it."""

from ipaddress import ip_network

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from server_sync.common.addresses import place_of, read_proxies

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1"), ip_network("2001:db8:ffff::/48")]


@pytest.mark.parametrize(
    ("connection", "header", "place"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # a stranger's own word
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left was brought along
        ("10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "10.0.0.9, 10.0.0.3", "10.0.0.9"),
        ("10.0.0.2", "1.1.1.1, rubbish", "10.0.0.2"),
        ("10.0.0.2", "198.51.100.1:4711", "198.51.100.1"),
        ("::1", "[2001:db8:1:2:3::9]:443", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("2001:db8:1:2:3::9", "", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("", "198.51.100.1", "unknown"),
    ],
)
def test_the_place_of_a_caller(settings, connection, header, place):
    settings.LIAISON_TRUSTED_PROXIES = PROXIES
    more = {"HTTP_X_FORWARDED_FOR": header} if header else {}
    assert place_of(RequestFactory().get("/", REMOTE_ADDR=connection, **more)) == place


def test_without_the_setting_no_header_is_believed(settings):
    assert settings.LIAISON_TRUSTED_PROXIES == []
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert place_of(request) == "127.0.0.1"


def test_the_setting_is_read_and_a_wrong_one_refused_in_words():
    assert read_proxies(" 10.0.0.1, 2001:db8::/32,") == [ip_network("10.0.0.1"), ip_network("2001:db8::/32")]
    with pytest.raises(ImproperlyConfigured, match="LIAISON_TRUSTED_PROXIES"):
        read_proxies("proxy.example.org")


@pytest.mark.parametrize("setting", ["0.0.0.0/0", "::/0", "128.0.0.0/1", "10.0.0.1, 2000::/3"])
def test_a_network_that_holds_strangers_is_no_proxy_of_ours(setting):
    with pytest.raises(ImproperlyConfigured, match="strangers"):
        read_proxies(setting)
