"""What happened and who is told: the record, mail and notices, stored files, repeated API calls."""

from journal.models.mail import Mail, MailState, Notice
from journal.models.record import DailySeal, Entry, Head
from journal.models.stored import IdempotencyKey, StoredFile

__all__ = ["DailySeal", "Entry", "Head", "IdempotencyKey", "Mail", "MailState", "Notice", "StoredFile"]
