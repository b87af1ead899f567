"""What the office's public face is made of: sessions with who comes, and what people ask."""

from outreach.models.enquiry import Enquiry, EnquiryKind
from outreach.models.session import CAME, Attendance, Place, Registration, Session, SessionKind

__all__ = [
    "CAME",
    "Attendance",
    "Enquiry",
    "EnquiryKind",
    "Place",
    "Registration",
    "Session",
    "SessionKind",
]
