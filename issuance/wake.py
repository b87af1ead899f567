"""After a commit: tell the workers that there is something to do. A lost message is made good by the sweep."""

from __future__ import annotations

import uuid

from celery import current_app


def job(job_id: int) -> None:
    """One message for one approved request."""
    current_app.send_task("issuance.run_job", args=[job_id], ignore_result=True, retry=False)


def lane(account_id: uuid.UUID) -> None:
    """One message for the lane of one platform account."""
    current_app.send_task("issuance.run_lane", args=[str(account_id)], ignore_result=True, retry=False)
