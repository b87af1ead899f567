"""What the office's public face is made of: sessions with who comes, what people ask, what is kept in
versions, the inventory and what there is to think with."""

from outreach.models.candidate import Candidate, CandidateStep, StepKind
from outreach.models.conversation import Conversation, Feedback, Group
from outreach.models.edition import ROADMAP, Edition
from outreach.models.enquiry import Enquiry, EnquiryKind
from outreach.models.session import CAME, Attendance, Place, Registration, Session, SessionKind
from outreach.models.study import MARKET, Study

__all__ = [
    "CAME",
    "MARKET",
    "ROADMAP",
    "Attendance",
    "Candidate",
    "CandidateStep",
    "Conversation",
    "Edition",
    "Enquiry",
    "EnquiryKind",
    "Feedback",
    "Group",
    "Place",
    "Registration",
    "Session",
    "SessionKind",
    "StepKind",
    "Study",
]
