"""What people and platforms get wrong, at each of the three: addresses, names, days, templates, broken answers."""

from datetime import UTC, datetime, timedelta

import pytest

from issuance.platforms.base import PlatformError
from tests.issuance import platform_fixtures
from tests.issuance.platform_fixtures import FACTS, break_next, outgoing, refused

sandbox = platform_fixtures.sandbox
credly = platform_fixtures.credly
accredible = platform_fixtures.accredible
canvas = platform_fixtures.canvas

ADDRESSES = ("Learner.One+tag@Montana.EXAMPLE  ", "\tjürgen@bücher.example", "o'neill_x|y@montana.example")
NAMES = (
    "王小明",
    "مريم العذراء",
    "Ωμέγα",
    "Nguyễn Thị Minh Khai",
    "Teller",
    "  Spaced   Out  ",
    "d’Arc-Łódź",
)
BROKEN = ("reset_after", "502_after", "truncated", "not_json")
NEVER_DONE = ("reset_before", "502", "503")


@pytest.fixture(params=["credly", "accredible", "canvas"])
def platform(request):
    """Each platform's client in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def template(platform):
    return platform.ensure_template(FACTS)


def test_addresses_and_names_of_every_kind_arrive_once_and_are_found(platform, template, sandbox):
    people = [(name, f"learner{n}@montana.example") for n, name in enumerate(NAMES)]
    people += [("Demo learner", address) for address in ADDRESSES]
    for n, (name, address) in enumerate(people, 1):
        sent = outgoing(template, n, recipient_name=name, recipient_email=address)
        made = platform.send(sent)
        assert platform.find(sent).remote_id == made.remote_id
        assert platform.send(sent).remote_id == made.remote_id
    rows = sandbox.state.held(platform.kind)
    assert [row["email"] for row in rows] == [address.strip().lower() for _, address in people]
    if platform.kind == "accredible":
        assert [row["body"]["recipient"]["name"] for row in rows[:7]] == [" ".join(n.split()) for n in NAMES]
    if platform.kind == "credly":
        given = {row["body"]["issued_to_first_name"] for row in rows}
        assert {"王小明", "Teller", "Nguyễn Thị Minh"} <= given


def test_what_is_no_address_waits_for_a_person_in_words(platform, template):
    error = refused(lambda: platform.send(outgoing(template, recipient_email="nobody at all")))
    assert (error.permanent, error.ambiguous, error.account_wide, error.code) == (
        True,
        False,
        False,
        "refused",
    )
    assert error.message.startswith(f"{platform.label} refused it (4")


def test_day_in_the_future_makes_no_badge_that_nobody_knows_of(platform, template, sandbox):
    """A platform may take it or refuse it; either way we know which."""
    sent = outgoing(template, issued_at=datetime.now(UTC) + timedelta(days=3))
    result = _sent(platform, sent)
    if isinstance(result, PlatformError):
        assert (result.permanent, result.ambiguous, sandbox.state.held(platform.kind)) == (True, False, [])
    else:
        assert platform.find(sent).remote_id == result.remote_id


def _sent(platform, sent):
    try:
        return platform.send(sent)
    except PlatformError as error:
        return error


def test_unknown_template_is_one_cause_for_all_its_badges(platform):
    for call in (
        lambda: platform.send(outgoing("12")),
        lambda: platform.check_template("12"),
        lambda: platform.check_template("a/../b?c=d#e"),
    ):
        error = refused(call)
        assert (error.permanent, error.code) == (True, "template")


@pytest.mark.parametrize(
    ("kind", "ambiguous", "done"),
    [
        *((kind, True, True) for kind in BROKEN),
        *((kind, True, False) for kind in NEVER_DONE),
        ("429", False, False),
    ],
)
def test_canvas_call_that_broke_is_asked_about(canvas, sandbox, kind, ambiguous, done):
    sent = outgoing(canvas.ensure_template(FACTS))
    break_next(sandbox, kind, method="POST")
    error = refused(lambda: canvas.send(sent))
    assert (error.permanent, error.ambiguous) == (False, ambiguous)
    assert (canvas.find(sent) is not None) is done
    assert canvas.send(sent).state == "delivered"
    assert len(sandbox.state.held("canvas")) == 1


@pytest.mark.parametrize("kind", [*BROKEN, *NEVER_DONE, "429_no_header"])
def test_canvas_sign_in_that_broke_is_tried_again_later_and_nothing_was_sent(sandbox, canvas, kind):
    sent = outgoing(canvas.ensure_template(FACTS))
    sandbox.state.door.expire()
    break_next(sandbox, kind, path="/o/token")
    error = refused(lambda: canvas.send(sent))
    assert (error.permanent, error.ambiguous) == (False, False)
    assert sandbox.state.held("canvas") == []
