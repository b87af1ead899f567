"""What the tests of issuing share."""

from tests.issuance.support import nothing_is_woken, platforms  # noqa: F401
