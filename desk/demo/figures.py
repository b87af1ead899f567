"""What becomes of the demo's badges: mail is opened and followed, badges are shared and seen, reports are brought in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from credentials.actions import shares
from credentials.models import Award, Destination
from credentials.sharing import counting
from credentials.sharing.counting import Counted
from desk.demo import learners
from issuance.actions import figures
from issuance.figures import lists
from journal import clock
from journal.actions.choices import agree

if TYPE_CHECKING:
    from desk.demo.cast import Campus
    from issuance.models import IssuanceRequest

# Of how many learners one shares there, and how often each of those badges is then seen in the first weeks.
SHARES = (
    (Destination.PROFILE, 3, (6, 9, 4, 2)),
    (Destination.LINKEDIN, 4, (11, 3, 1)),
    (Destination.MAIL, 9, (2,)),
)
HEADINGS = ",".join(lists.HEADINGS)
MARKET = """{badge},Labour market survey,{day},postings,,268,
{badge},Labour market survey,{day},postings by place,Denver,121,
{badge},Labour market survey,{day},postings by place,Boulder,64,
{badge},Labour market survey,{day},postings by place,Fort Collins,37,
{badge},Labour market survey,{day},postings by employer,School districts,83,
{badge},Labour market survey,{day},postings by employer,Community colleges,41,
{badge},Labour market survey,{day},postings by employer,Non-profit organisations,22,
{badge},Labour market survey,{day},salary,Training specialist,52000,81000
{badge},Labour market survey,{day},salary,Instructional coordinator,58000,92000
{badge},Labour market survey,{day},salary,Adult education teacher,44000,67000
"""
PLATFORM = """{badge},Credly,{day},shares,LinkedIn,38,
{badge},Credly,{day},shares,Facebook,9,
{badge},Credly,{day},views,,412,
{badge},Credly,{day},holders,United States,71,
{badge},Credly,{day},holders,Canada,9,
{badge},Credly,{day},holders,Mexico,6,
"""


def agreed(asked: IssuanceRequest) -> None:
    """Every second learner of a request lets it be counted when they open mail about their badges."""
    lines = asked.lines.order_by("number").select_related("learner")
    for line in lines:
        if line.number % 2 and line.learner:
            agree(by=line.learner, counted=True)


def used(asked: IssuanceRequest) -> None:
    """What the learners of a request do with their badges, and others with what they share."""
    today = clock.today()
    for place, award in enumerate(Award.objects.filter(request_id=asked.pk).order_by("recipient_email"), 1):
        if place % 5:
            counting.add(Counted("mail", award.pk, "", today))
        if place % 6:
            counting.add(Counted("claim", award.pk, "", today))
        if award.accepted_at:
            _shared(award, place, today)
    shares.roll_up()


def _shared(award: Award, place: int, today: dt.date) -> None:
    for way, share, seen in SHARES:
        if place % share == 0:
            counting.add(Counted("shares", award.pk, way, today))
            for week, views in enumerate(seen):
                day = today + dt.timedelta(weeks=week)
                counting.add(Counted("views", award.pk, way, day), views + place % 3)


def reported(campus: Campus, subject: str) -> None:
    """The programme manager brings in what a platform and a survey give only as downloads."""
    badge, day = learners.definition_of(campus, subject).slug, clock.today().isoformat()
    for name, text in (("labour-market.csv", MARKET), ("credly.csv", PLATFORM)):
        body = f"{HEADINGS}\n{text.format(badge=badge, day=day)}"
        found = lists.preview(ContentFile(body.encode()), campus.institution)
        figures.bring(institution=campus.institution, found=found, name=name, by=campus["manager"])
