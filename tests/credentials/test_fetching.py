"""Fetching for strangers: whom we ask, and what hostile hosts cannot do to us."""

import gzip
import socket
import time

import pytest

from credentials.checking.fetching import Fetcher, NotFetched
from credentials.checking.public_hosts import NotAsked, is_public, target
from tests.credentials import hosts

PUBLIC = "93.184.215.14"


def nowhere(host, port):
    raise AssertionError(f"{host} was looked up")


def local(**more):
    return Fetcher(loopback=True, look_up=lambda host, port: ["127.0.0.1"], **{"seconds": 3, **more})


def refused(fetcher, url):
    with pytest.raises(NotFetched) as error:
        fetcher.get(url)
    return str(error.value)


INSIDE = """0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1
192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:93.184.215.14 ::93.184.215.14 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
fec0::1 ff02::1 5f00::1""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_that_are_not_of_the_public_internet(address):
    assert not is_public(address)
    for found in ([address], [PUBLIC, address]):
        with pytest.raises(NotAsked, match="is not a host of the public internet"):
            target("https://inner.example/", 1, look_up=lambda host, port, found=found: found)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])
def test_addresses_of_the_public_internet(address):
    assert is_public(address)
    place = target("https://open.example/a?b=c#d", 1, look_up=lambda host, port: [address])
    assert (place.host, place.port, place.addresses, place.path) == (
        "open.example",
        443,
        (address,),
        "/a?b=c",
    )


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://open.example/", "only addresses that begin with https:// are asked"),
        ("ftp://open.example/", "only addresses that begin with https:// are asked"),
        ("file:///etc/passwd", "the address is not written as one"),
        ("//open.example/", "only addresses that begin with https:// are asked"),
        ("https://", "the address is not written as one"),
        ("https://open.example:22/", "open.example is not asked at port 22"),
        ("https://open.example:99999/", "the address is not written as one"),
        ("https://a:b@open.example/", "the address holds a name or a password"),
        ("https://open.example\\@inner.example/", "the address is not written as one"),
        ("https://open.example%00.inner.example/", "the address is not written as one"),
        ("https://öpen.example/", "the address is not written as one"),
        ("https://open.example/\r\nX: y", "the address is not written as one"),
        ("https://[::1", "the address is not written as one"),
        ("https://open.example/" + "x" * 3000, "the address is not written as one"),
        ("https://127.0.0.1/", "127.0.0.1 is not a host of the public internet"),
        ("https://[::1]/", "::1 is not a host of the public internet"),
        ("https://[::ffff:169.254.169.254]/", "is not a host of the public internet"),
    ],
)
def test_addresses_that_are_never_asked(url, words):
    assert words in refused(Fetcher(look_up=nowhere), url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1"])
def test_names_that_mean_this_machine_are_found_out_by_looking_them_up(host):
    assert "is not a host of the public internet" in refused(Fetcher(), f"https://{host}/")


def test_host_that_does_not_exist_is_told():
    def gone(host, port):
        raise socket.gaierror

    assert (
        refused(Fetcher(look_up=gone), "https://gone.example/") == "there is no host of the name gone.example"
    )


def test_host_that_cannot_be_found_in_time_is_told():
    fetcher = Fetcher(seconds=0.1, look_up=lambda host, port: time.sleep(1))
    assert refused(fetcher, "https://slow.example/") == "slow.example could not be found in time"


def test_loopback_is_asked_in_development_alone():
    with hosts.server({"/a": b'{"a": 1}'}) as (port, _asked):
        url = f"http://127.0.0.1:{port}/a"
        assert local().get(url).body == b'{"a": 1}'
        assert refused(Fetcher(), url) == "only addresses that begin with https:// are asked"
        assert "not a host of the public" in refused(Fetcher(), "https://127.0.0.1:8443/a")


def test_request_says_who_asks_and_nothing_else():
    with hosts.server({"/a?b": b"{}"}) as (port, asked):
        local().get(f"http://localhost:{port}/a?b#c")
    [(path, headers)] = asked
    assert path == "/a?b"
    assert set(headers) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Connection"}
    assert headers["User-Agent"] == "Imprimatur (checks a badge because somebody asked)"
    assert headers["Host"] == f"localhost:{port}"


def test_host_is_looked_up_once_and_asked_at_that_address(tmp_path):
    """A second look-up could give another address: there is none."""
    serving, trusting = hosts.certificate_for(["open.example"], tmp_path)
    looked_up = []

    def look_up(host, port):
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else [PUBLIC]

    with hosts.server({"/": b"{}"}, serving) as (port, asked):
        fetcher = Fetcher(look_up=look_up, context=trusting, loopback=True)
        # Any port is taken for loopback names only, so the name is made one for this test.
        found = _at_port(fetcher, "open.example", port)
    assert found.body == b"{}"
    assert looked_up == ["open.example"]
    assert asked[0][1]["Host"].startswith("open.example")


def test_certificate_of_another_host_is_refused(tmp_path):
    serving, trusting = hosts.certificate_for(["other.example"], tmp_path)
    with hosts.server({"/": b"{}"}, serving) as (port, asked):
        fetcher = Fetcher(look_up=lambda host, port: ["127.0.0.1"], context=trusting, loopback=True)
        with pytest.raises(NotFetched, match="open.example did not prove that it is that host"):
            _at_port(fetcher, "open.example", port)
    assert asked == []


def _at_port(fetcher, host, port):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("credentials.checking.public_hosts.PORTS", (port,))
        return fetcher.get(f"https://{host}:{port}/")


HOSTILE = {
    "endless": (hosts.endless, "sent more than any badge needs"),
    "slow": (hosts.drip, "did not answer in time"),
    "slow headers": (hosts.dripped_headers, "did not answer in time"),
    "huge headers": (hosts.huge_headers, "could not be reached, or broke off"),
    "bomb": (hosts.bomb, "sent more than any badge needs"),
    "cut": (hosts.cut, "broke off"),
    "not gzip": (lambda r: hosts.answer(r, b"{}", Content_Encoding="gzip"), "could not be reached, or broke off"),
    "brotli": (lambda r: hosts.answer(r, b"{}", Content_Encoding="br"), "answered in a packed form that we do not read"),
    "noise": (lambda r: r.wfile.write(b"SSH-2.0-x\r\n"), "could not be reached, or broke off"),
    "gone": (lambda r: hosts.answer(r, status=410), "has taken it away"),
    "server error": (lambda r: hosts.answer(r, status=503), "answered 503"),
    "too many": (lambda r: hosts.answer(r, status=429), "has had too many questions"),
    "sign in": (lambda r: hosts.answer(r, status=401), "wants a sign-in"),
    "to metadata": (hosts.redirect("http://169.254.169.254/latest/meta-data/"), "only addresses that begin with https://"),
    "to metadata by https": (hosts.redirect("https://169.254.169.254/"), "is not a host of the public internet"),
    "to file": (hosts.redirect("file:///etc/passwd"), "the address is not written as one"),
    "to ssh": (hosts.redirect("https://93.184.215.14:22/"), "is not asked at port 22"),
    "to itself": (hosts.redirect("/to itself"), "the address is not written as one"),
    "round": (hosts.redirect("/round"), "the address leads on and on"),
    "to nowhere": (hosts.redirect(""), "leads on to nowhere"),
}  # fmt: skip


def test_hostile_hosts_get_nothing_but_words():
    answers = {f"/{name.replace(' ', '-')}": act for name, (act, _words) in HOSTILE.items()}
    with hosts.server({**answers, "/round": hosts.redirect("/round")}) as (port, _asked):
        for name, (_act, words) in HOSTILE.items():
            started = time.monotonic()
            said = refused(local(seconds=0.6, most=10), f"http://127.0.0.1:{port}/{name.replace(' ', '-')}")
            assert (name, words in said) == (name, True), said
            assert time.monotonic() - started < 3


def test_redirects_are_followed_thrice_and_each_is_looked_at():
    answers = {f"/{n}": hosts.redirect(f"/{n + 1}") for n in range(20)} | {"/3": b'{"a": 3}'}
    with hosts.server(answers) as (port, asked):
        assert local().get(f"http://127.0.0.1:{port}/0").body == b'{"a": 3}'
        assert refused(local(), f"http://127.0.0.1:{port}/4") == "the address leads on and on"
    assert [path for path, _ in asked] == ["/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7"]


def test_packed_answer_is_unpacked():
    with hosts.server(
        {"/": lambda r: hosts.answer(r, gzip.compress(b'{"a": 1}'), Content_Encoding="gzip")}
    ) as (port, _):
        assert local().get(f"http://127.0.0.1:{port}/").text() == '{"a": 1}'


def test_number_of_requests_of_one_check_is_bounded_and_none_is_asked_twice():
    with hosts.server({f"/{n}": b"{}" for n in range(9)}) as (port, asked):
        fetcher = local(most=2)
        for path in (0, 0, 1, 0):
            fetcher.get(f"http://127.0.0.1:{port}/{path}")
        for _ in range(2):
            assert (
                refused(fetcher, f"http://127.0.0.1:{port}/2")
                == "asking for all that it names would take too long"
            )
    assert len(asked) == 2


def test_time_is_of_all_requests_together():
    with hosts.server({"/": hosts.drip, "/quick": b"{}"}) as (port, asked):
        fetcher = local(seconds=0.3)
        assert "did not answer in time" in refused(fetcher, f"http://127.0.0.1:{port}/")
        assert "would take too long" in refused(fetcher, f"http://127.0.0.1:{port}/quick")
    assert len(asked) == 1
