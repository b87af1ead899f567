"""What somebody who checks a badge can do about each answer."""

from credentials.openbadges.verify import Answer, Check

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
LATER = "Try again later. If it stays so, ask the issuer, at an address that you know from elsewhere."
NOW = "Ask the person whether they have one that is in force today."
ANEW = "Do not rely on it. Ask the person for the file as the issuer gave it out, or ask the issuer."

# "" where there is nothing to do.
ADVICE: dict[tuple[str, Answer], str] = {
    (
        "document",
        NO,
    ): "Ask the person for the badge itself: a JSON or JWT file, or the image as the issuer gave it out. "
    "A screenshot or a photo carries no proof.",
    ("document", UNKNOWN): "Check it at its issuer’s own page, or ask the issuer.",
    ("issuer", YES): "See for yourself that this is the host of the institution that you have in mind.",
    ("issuer", NO): "Do not rely on it. Somebody other than the issuer that it names may have made it.",
    ("issuer", UNKNOWN): "Ask the institution that it names, at an address that you know from elsewhere.",
    ("signature", NO): ANEW,
    ("signature", UNKNOWN): LATER,
    ("dates", NO): NOW,
    ("dates", UNKNOWN): "Ask the person or the issuer how long it holds.",
    ("status", NO): "Do not rely on it. If the person says otherwise, ask the issuer.",
    ("status", UNKNOWN): "Ask the issuer whether it still stands by this badge.",
    ("genuine", NO): ANEW,
    ("genuine", UNKNOWN): LATER,
    ("force", NO): NOW,
    ("force", UNKNOWN): LATER,
    ("members", NO): "Rely on none of those that are named. Ask the person for a record of today.",
    ("members", UNKNOWN): LATER,
    ("recipient", NO): "Ask the person for the address that the issuer knows them by; it may be an old one.",
    (
        "recipient",
        UNKNOWN,
    ): "Ask the person to show in another way that it is theirs, such as from their own wallet.",
    (
        "endorsements",
        NO,
    ): "Rely on the badge, if the other answers are yes, but not on the approval that it claims.",
    ("endorsements", UNKNOWN): "Ask the body that it names whether it approved this.",
}


def what_to_do(check: Check) -> str:
    """One sentence or two; "" where there is nothing to do."""
    return ADVICE.get((check.key, check.answer), "")
