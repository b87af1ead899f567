"""What is counted, what it is called for people, and where a platform would have to offer it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OURS: Final = ""  # the source of what is counted here

# What happened on a day, as counted here; several learners' acts but for views, which are anyone's.
COUNTED = {
    "enrolled": "Enrolled",
    "completed": "Completed",
    "issued": "Badges issued",
    "accepted": "Accepted",
    "declined": "Declined",
    "mailed": "Learners who got mail",
    "followed": "Learners who followed its link",
    "mail_counted": "Learners who agreed that opening it is counted",
    "mail_opened": "Learners who opened it",
    "sharers": "Learners who shared",
    "shares": "Shares",
    "views": "Views",
}

# How things stood at a platform on a day, by what it must offer for that (`platforms.values.FIGURES`).
STANDING: Mapping[str, Mapping[str, str]] = {
    "issued": {"held": "Badges there", "unpublished": "Not published"},
    "acceptance": {"taken": "Accepted", "pending": "Waiting", "refused": "Refused"},
    "privacy": {"public": "Shown by their holders"},
    "opened": {"opened": "Opened"},
    "engaged": {"engaged": "Used"},
}
OWN_VIEWS = "own_views"  # what happened there on a day: holders looked at their own badge

# What comes by reports alone: the word in the list, and what the platform would have to offer.
REPORTED = {
    "mail_sent": ("mail sent", "opened"),
    "mail_opened": ("mail opened", "opened"),
    "mail_clicked": ("mail clicked", "clicks"),
    "views": ("views", "views"),
    "shares": ("shares", "shares"),
    "holders": ("holders", "geography"),
    "postings": ("postings", "labour_market"),
    "postings_by_place": ("postings by place", "labour_market"),
    "postings_by_employer": ("postings by employer", "labour_market"),
    "salary": ("salary", "labour_market"),
}
# What the second column of such a line names; the others have none.
PARTS = {
    "shares": "destination",
    "holders": "country",
    "postings_by_place": "place",
    "postings_by_employer": "employer",
    "salary": "job title",
}
# Counts of learners, of which few are not told.
OF_LEARNERS = frozenset({*COUNTED, "held", "taken", "pending", "refused", "public", "opened", "engaged", "unpublished",
                         "mail_sent", "mail_clicked", "holders", OWN_VIEWS}) - {"views"}  # fmt: skip
LABOUR = ("postings", "postings_by_place", "postings_by_employer", "salary")
EVERY = tuple(
    dict.fromkeys([*COUNTED, *(name for group in STANDING.values() for name in group), OWN_VIEWS, *REPORTED])
)
