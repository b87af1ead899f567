"""A campus under rules of its own: the pack's, changed by hand, adopted as a further revision."""

import copy
import datetime as dt

from accounts.actions import policies
from journal import clock
from policies.schema import Pack


def ruled(campus, change):
    """Adopt the campus's pack after `change(data)`; what begins from now on is under these rules."""
    data = copy.deepcopy(campus.pack.model_dump(mode="json"))
    change(data)
    for body in data["bodies"]:
        if body["rule"] and body["rule"].get("secret"):
            body["publishes_counts"] = False  # the two cannot be had together
    data["policy"]["revision"] = f"{data['policy']['revision']} changed"
    pack = Pack.model_validate(data)
    with clock.at(
        clock.now() + dt.timedelta(seconds=1)
    ):  # after the first one, also where the clock stands still
        policies.adopt(institution=campus.institution, pack=pack, by=None)
    campus.pack = pack
    return campus


def stage(data, state):
    return next(stage for stage in data["stages"] if stage["state"] == state)


def step(data, key):
    return next(step for stage in data["stages"] for step in stage["steps"] if step["id"] == key)


def signoff(key, by="section_head", **more):
    return {"id": key, "kind": "signoff", "title": f"Sign {key}", "by": by, **more}


def consultation(key, by="programme_manager", **more):
    return {"id": key, "kind": "consultation", "title": f"Ask {key}", "by": by, **more}
