"""What stands for a credential at its platform: made there from the definition, or one that is there already linked.

Also the badge's picture there, once it is changed here. No transaction is open while the platform is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from credentials.actions import images
from issuance.models import Delivery, PlatformAccount, PlatformTemplate
from issuance.platforms import registry
from issuance.platforms.base import PlatformError
from issuance.sending.outgoing import template_facts, template_id
from journal import clock
from journal.actions import record
from policies.reasons import Reason, Refused

if TYPE_CHECKING:
    from accounts.models import Person
    from credentials.models import Definition, DefinitionVersion
    from issuance.platforms.base import Platform

NO_PLATFORM = "The badges of this credential go to no platform."
NO_IMAGE = "Give the badge its image first: the platform shows it."
THERE = "It is there already."
IN_USE = (
    "Badges were sent by the one that is linked now, so it stays: the platform is asked about them by it."
)
ELSEWHERE = "This one stands for another credential of the campus."
NO_NUMBER = "Give the number that it has there."
LONGEST = 100


def account_of(version: DefinitionVersion) -> PlatformAccount | None:
    """The account that the policy names, if it is there; None also where badges go to no platform."""
    platform = version.policy.pack.platform
    accounts = PlatformAccount.objects.filter(
        institution=version.definition.institution, platform=platform.kind, name=platform.account
    )
    return accounts.first() if goes_somewhere(version) else None


def goes_somewhere(version: DefinitionVersion) -> bool:
    """Whether its badges are pushed to a platform."""
    return version.badge and version.policy.pack.platform.kind in registry.KINDS


def template_of(version: DefinitionVersion) -> PlatformTemplate | None:
    """What stands for it there, if anything does."""
    rows = PlatformTemplate.objects.filter(account=account_of(version), version=version)
    return rows.select_related("account").first()


def in_use(template: PlatformTemplate) -> bool:
    """Whether badges were sent by it, or may have been."""
    rows = Delivery.objects.bringing().filter(account=template.account_id, award__version=template.version_id)
    return rows.exclude(remote_id="").exists() or rows.filter(state="sending").exists()


def behind(template: PlatformTemplate) -> bool:
    """Whether the badge has another picture here than there."""
    image = template.version.definition.image
    return bool(image) and image.name != template.image


def make(*, definition: Definition, by: Person) -> PlatformTemplate:
    """Make it at the platform from the approved answers and the badge's image, or find the one made before.

    Refused: badges that go nowhere, no image where the platform shows one, one that is there already, and what the platform
    refuses. PermissionDenied: not one of those who make the badges.
    """
    version, account = _place(definition, by)
    platform = _connected(account)
    if template_of(version):
        raise Refused(Reason(THERE))
    if platform.takes_image and not definition.image:
        raise Refused(Reason(NO_IMAGE))
    try:
        template_id(platform, account, version)
    except PlatformError as error:
        raise Refused(Reason(error.message)) from error
    return _kept(account, version, by, "badge template made", {})


def link(*, definition: Definition, remote_id: str, by: Person) -> PlatformTemplate:
    """Use one that is there already, made by hand; what it says and shows is kept there.

    Refused: one that the platform does not know or does not let us use, one of another credential, another one once badges were
    sent. PermissionDenied: not one of those who make the badges.
    """
    version, account = _place(definition, by)
    platform = _connected(account)
    wanted = remote_id.replace("\x00", "").strip()
    if not 0 < len(wanted) <= LONGEST:
        raise Refused(Reason(NO_NUMBER, field="remote_id"))
    now = template_of(version)
    if now and now.remote_id != wanted and in_use(now):
        raise Refused(Reason(IN_USE))
    others = PlatformTemplate.objects.filter(account=account, remote_id=wanted)
    if others.exclude(version__definition=definition).exists():
        raise Refused(Reason(ELSEWHERE, field="remote_id"))
    try:
        platform.check_template(wanted)
    except PlatformError as error:
        raise Refused(Reason(error.message, field="remote_id")) from error
    said = {"remote_id": wanted, "linked": True, "problem": "", "created_at": clock.now()}
    return _kept(account, version, by, "badge template linked", said)


def set_design(*, definition: Definition, design: str, by: Person) -> PlatformTemplate:
    """Have the platform show another of its own designs, where it takes no picture of ours; made first if need be.

    Refused: no number, a linked one (it is changed there), and what the platform refuses.
    """
    version, account = _place(definition, by)
    platform = _connected(account)
    wanted = design.strip()
    if platform.takes_image or not wanted.isdigit() or len(wanted) > 20:
        raise Refused(Reason("Give the design\u2019s number, digits alone.", field="design"))
    now = template_of(version)
    if now and now.linked:
        raise Refused(Reason("What is linked is changed at the platform itself.", field="design"))
    try:
        remote_id = template_id(platform, account, version)
        platform.update_template(remote_id, template_facts(version, wanted))
    except PlatformError as error:
        raise Refused(Reason(error.message, field="design")) from error
    return _kept(
        account, version, by, "badge design set at the platform", {"design": wanted} | _up_to_date(definition)
    )


def confirm_image(*, definition: Definition, by: Person) -> PlatformTemplate:
    """A person has changed the picture at the platform itself. Refused where nothing stands for it there."""
    version, account = _place(definition, by)
    if template_of(version) is None:
        raise Refused(Reason("Nothing stands for it there yet."))
    return _kept(account, version, by, "badge image changed at the platform", _up_to_date(definition))


def _up_to_date(definition: Definition) -> dict[str, object]:
    return {"image": definition.image.name or "" if definition.image else "", "problem": ""}


def _place(definition: Definition, by: Person) -> tuple[DefinitionVersion, PlatformAccount]:
    """The version in force and the account of its platform, for one of those who make the badges."""
    if not images.may_set(by, definition):
        raise PermissionDenied(images.NOT_YOURS)
    version = definition.current
    if version is None or not goes_somewhere(version):
        raise Refused(Reason(NO_PLATFORM))
    pack = version.policy.pack.platform
    account, _ = PlatformAccount.objects.get_or_create(
        institution=definition.institution, platform=pack.kind, name=pack.account
    )
    return version, account


def _connected(account: PlatformAccount) -> Platform:
    try:
        return registry.connect(account.platform, account.name)
    except PlatformError as error:
        raise Refused(Reason(error.message)) from error


@transaction.atomic
def _kept(
    account: PlatformAccount, version: DefinitionVersion, by: Person, act: str, said: dict[str, object]
) -> PlatformTemplate:
    template, _ = PlatformTemplate.objects.update_or_create(
        account=account, version=version, defaults=said, create_defaults={"created_at": clock.now(), **said}
    )
    record.write(
        subject_kind="definition",
        subject_id=version.definition_id,
        institution=version.definition.institution,
        act=act,
        by=by,
        detail={"platform": account.platform, "template": template.remote_id},
    )
    return template
