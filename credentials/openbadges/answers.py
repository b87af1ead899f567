"""The answers of a check: yes, no, or could not be checked."""

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One question, its answer, and what that means in one sentence."""

    key: str
    answer: Answer
    sentence: str
