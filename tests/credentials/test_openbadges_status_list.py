"""The list of revoked credentials: bits, order, and the signed document."""

import base64
import gzip

import pytest

from credentials.openbadges import status_list
from tests.credentials.openbadges_examples import DID, LIST_URL, NOW


def test_bit_zero_is_the_left_most():
    bits = status_list.bits([0, 9, 131071])
    assert bits[:2] == b"\x80\x40"
    assert bits[-1] == 1
    assert sum(byte.bit_count() for byte in bits) == 3
    assert [place for place in (0, 1, 8, 9, 131070, 131071) if status_list.is_set(bits, place)] == [
        0,
        9,
        131071,
    ]


def test_the_empty_list_of_the_specification_is_read():
    # W3C Bitstring Status List 1.0, example of an encodedList: 16 KB of zeroes
    encoded = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert status_list.decode(encoded) == bytes(16384)


def test_an_encoded_list_is_gzip_in_base64url_and_read_back():
    bits = status_list.bits([3, 70_000])
    encoded = status_list.encode(bits)
    assert encoded[0] == "u"
    assert gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4))) == bits
    assert status_list.decode(encoded) == bits
    assert status_list.encode(bits) == encoded  # no time in it: the same list is the same text


def packed(data):
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0)).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not multibase"),
        ("zabc", "not multibase"),
        ("u!!", "not base64url"),
        ("uAAAA", "not GZIP"),
        (packed(bytes(16383)), "131064 places; 131072 are the least"),
        (packed(bytes(200_000_000)), "too large"),
        (packed(bytes(20_000))[:40], "base64url|cut off"),
    ],
)
def test_unsound_lists_are_refused(text, message):
    with pytest.raises(ValueError, match=message):
        status_list.decode(text)


def test_the_order_gives_every_place_once_and_tells_nothing():
    seed = "5" * 64
    places = status_list.positions(seed, 0, 131072)
    assert sorted(places) == list(range(131072))
    assert places != sorted(places)
    assert status_list.positions(seed, 1000, 500) == places[1000:1500]
    assert status_list.positions("6" * 64, 0, 20) != places[:20]


def test_the_order_is_the_same_for_ever():
    # sha256("0:0"), sha256("0:1"), ... sorted; by hand for the least of the first eight
    assert status_list.order("0", 8).tolist() == sorted(
        range(8), key=lambda n: __import__("hashlib").sha256(f"0:{n}".encode()).hexdigest()
    )


def test_more_places_than_the_list_has_are_refused():
    assert status_list.positions("s", 131070, 2)
    with pytest.raises(ValueError, match="131072 places"):
        status_list.positions("s", 131070, 3)


def test_a_seed_is_new_each_time():
    seeds = {status_list.new_seed() for _ in range(50)}
    assert len(seeds) == 50
    assert {len(seed) for seed in seeds} == {64}


def test_a_list_too_short_or_a_place_outside_is_refused():
    with pytest.raises(ValueError, match="at least 131072"):
        status_list.bits([], 131064)
    with pytest.raises(ValueError, match="no place 131072"):
        status_list.bits([131072])
    with pytest.raises(ValueError, match="no place -1"):
        status_list.is_set(bytes(16384), -1)


def test_the_document_is_a_status_list_credential():
    found = status_list.build(LIST_URL, DID, [5], NOW)
    assert found == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-03-02T09:30:15Z",
        "credentialSubject": {
            "id": f"{LIST_URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": status_list.encode(b"\x04" + bytes(16383)),
        },
    }
