"""What happened and who is told: the record, mail and notices, stored files, repeated API calls."""

from journal.models.mail import How, Mail, MailChoice, MailConsent, MailState, Notice
from journal.models.record import DailySeal, Entry, Head
from journal.models.stored import IdempotencyKey, StoredFile

__all__ = [
    "DailySeal",
    "Entry",
    "Head",
    "How",
    "IdempotencyKey",
    "Mail",
    "MailChoice",
    "MailConsent",
    "MailState",
    "Notice",
    "StoredFile",
]
