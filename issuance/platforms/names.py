"""A full name as two fields, for platforms that insist on a first and a last name."""

# Both fields must hold something; a person with one name keeps it whole in the first.
NO_LAST_NAME = "-"


def first_and_last(full: str, given: str = "", family: str = "") -> tuple[str, str]:
    """Given and family name as they are known, else the full name cut before its last word."""
    given, family, full = (" ".join(text.split()) for text in (given, family, full))
    if given and family:
        return given, family
    words = (full or given or family).split(" ")
    if len(words) == 1:
        return words[0], NO_LAST_NAME
    return " ".join(words[:-1]), words[-1]
