"""What the demo's campuses consist of: units, who holds which role where, how many sit in a seat."""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.models import Role

# (local part of the address, label, role, unit: index of a college or None for the whole campus)
STAFF: tuple[tuple[str, str, str, int | None], ...] = (
    ("proposer", "proposer", Role.PROPOSER, None),
    ("proposer2", "second proposer", Role.PROPOSER, None),
    ("supervisor", "supervisor", Role.SUPERVISOR, 0),
    ("supervisor2", "supervisor", Role.SUPERVISOR, 1),
    ("dean", "dean", Role.SECTION_HEAD, 0),
    ("dean2", "dean", Role.SECTION_HEAD, 1),
    ("manager", "programme manager", Role.PROGRAMME_MANAGER, None),
    ("director", "programme director", Role.PROGRAMME_DIRECTOR, None),
    ("issuer", "issuer", Role.ISSUER, None),
    ("issuer2", "untrained issuer", Role.ISSUER, None),
    ("assessor", "assessor", Role.ASSESSOR, None),
)
DESIGNEE = ("designee", "dean's designee")
ADMINISTRATOR = ("administrator", "campus administrator")
LEARNERS = (("learner", "learner"), ("learner2", "second learner"))


@dataclass(frozen=True)
class Plan:
    """One campus. `colleges`: name to its departments. `seats`: how many sit where more than the minimum do."""

    pack: str
    domain: str
    short: str
    colleges: dict[str, tuple[str, ...]]
    seats: dict[tuple[str, str], int] = field(default_factory=dict)
    panel: tuple[str, ...] = ()  # people whom panels are formed of


MODEL = Plan(
    pack="model",
    domain="model.example",
    short="Model",
    colleges={
        "School of Applied Sciences": ("Department of Statistics", "Department of Building Technology"),
        "School of Culture and Society": ("Department of History", "Department of Education"),
    },
    seats={("committee", "faculty"): 3, ("committee", "students"): 1},
)
BOULDER = Plan(
    pack="cu_boulder",
    domain="boulder.example",
    short="Boulder",
    colleges={
        "Graduate School": ("Center for Teaching", "Research Support"),
        "Continuing Education": ("Outdoor Programs", "Staff Development"),
    },
    seats={("mac", "academic_colleges"): 3},
)
MONTANA = Plan(
    pack="montana",
    domain="montana.example",
    short="Montana",
    colleges={
        "College of Forestry and Conservation": ("Forest Management", "Parks and Recreation"),
        "College of Health and Education": ("Public Health", "Teaching and Learning"),
    },
    seats={
        ("ascrc", "members"): 4,
        ("graduate_council", "members"): 3,
        ("faculty_senate", "senators"): 6,
    },
    panel=("faculty", "staff", "student"),
)
PLANS = (MODEL, BOULDER, MONTANA)
