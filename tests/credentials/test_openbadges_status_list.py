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


def test_an_order_has_every_place_once_and_tells_nothing():
    first, second = (status_list.places(status_list.new_order()) for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(131072))
    assert first[:100] != second[:100]
    # neighbours in the order are as far apart as chance puts them: a third of the list
    steps = [abs(a - b) for a, b in zip(first, first[1:], strict=False)]
    assert 0.9 < sum(steps) / len(steps) / (131072 / 3) < 1.1


def test_a_block_of_an_order_is_read():
    assert status_list.places(b"\0\0\0\x05\0\x01\xff\xff") == (5, 131071)


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
            "ttl": 60000,
            "encodedList": status_list.encode(b"\x04" + bytes(16383)),
        },
    }
