"""What beat wakes and how often, in seconds. Beat only wakes; what is due is decided by the rows."""

BEAT: dict[str, dict[str, object]] = {
    "send due mail": {"task": "journal.send_due_mail", "schedule": 10},
    "send digests": {"task": "journal.send_digests", "schedule": 600},
    "escalate what waits": {"task": "proposals.escalate", "schedule": 3600},
    "invite newcomers": {"task": "accounts.invite_newcomers", "schedule": 300},
    "check lists": {"task": "accounts.check_lists", "schedule": 30},
    "forget lists": {"task": "accounts.forget_lists", "schedule": 3600},
    "seal the record": {"task": "journal.seal_heads", "schedule": 3600},
    "forget what is over": {"task": "journal.forget", "schedule": 3600},
    "sweep packets": {"task": "reviews.sweep_packets", "schedule": 30},
    "sign decisions": {"task": "credentials.sign_decisions", "schedule": 600},
    "sweep issuing": {"task": "issuance.sweep", "schedule": 10},
    "forget what platforms told": {"task": "issuance.forget", "schedule": 3600},
    "review stacks": {"task": "issuance.review_expired", "schedule": 3600},
    "count shares": {"task": "credentials.count_shares", "schedule": 60},
    "remind of badges": {"task": "credentials.remind_of_badges", "schedule": 3600},
    "remind of what runs out": {"task": "credentials.remind_of_ends", "schedule": 3600},
    "poll the platforms": {"task": "issuance.poll", "schedule": 60},
    "lapse pilots": {"task": "proposals.lapse_pilots", "schedule": 3600},
    "remind of what is due": {"task": "proposals.remind", "schedule": 3600},
    "end what nobody objected to": {"task": "proposals.end_silent", "schedule": 300},
}
