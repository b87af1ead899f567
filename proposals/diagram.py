"""The state machine as a page: a diagram and a table, made from the machine itself."""

from __future__ import annotations

from proposals.machine import Edge, table
from proposals.permissions import BY_NOBODY, BY_PROPOSERS
from proposals.states import HOLDABLE, State

_HEAD = """\
# The states of a proposal

Made by `manage.py state_diagram` from the state machine; do not edit. `make check` fails when it is stale.

The states are the same everywhere, the route through them is the policy pack's: it leaves states out, decides in
which order the reviews stand, and says which steps must be complete before each state can be left. So an arrow along
the line leads to the next state that the pack uses and in which something is asked.
"""
_WHO = {
    "": "an officer or by itself, as the pack says",
    "clock": "the clock",
    "step": "the outcome of a step",
}
_OFFICE = ("hold", "resume", "retire")
_GROUP = "under_way"
_TOGETHER = {str(state) for state in HOLDABLE}


def page() -> str:
    """The whole page in Markdown."""
    edges = table()
    return f"{_HEAD}\n```mermaid\n{_drawn(edges)}\n```\n\n{_listed(edges)}\n"


def _drawn(edges: list[Edge]) -> str:
    """One arrow for each pair of states; what leads from, or back to, all of UNDER_WAY is drawn once."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        for target in (_GROUP,) if set(edge.targets) == _TOGETHER else edge.targets:
            source = _GROUP if _from_all(edges, edge.move) else edge.source
            arrows.setdefault((source, target), []).append(edge.move)
    inside = [f"        {state}" for state in State if state in _TOGETHER]
    drawn = [
        f"    {source} --> {target}: {', '.join(dict.fromkeys(moves))}"
        for (source, target), moves in sorted(arrows.items(), key=lambda arrow: _place(*arrow[0]))
    ]
    ends = [f"    {state} --> [*]" for state in State if not any(edge.source == state for edge in edges)]
    begins = ["    [*] --> intent", "    [*] --> proposal"]
    group = [f"    state {_GROUP} {{", *inside, "    }"]
    return "\n".join(["stateDiagram-v2", *begins, *group, *drawn, *ends])


def _from_all(edges: list[Edge], move: str) -> bool:
    return {edge.source for edge in edges if edge.move == move} == _TOGETHER


def _place(source: str, target: str) -> tuple[int, int]:
    order = [*(str(state) for state in State), _GROUP]
    return order.index(source), order.index(target)


def _listed(edges: list[Edge]) -> str:
    rows = [f"| `{e.move}` | {_who(e.move)} | {e.source} | {', '.join(e.targets)} |" for e in edges]
    return "\n".join(["| move | by | from | to |", "|---|---|---|---|", *rows])


def _who(move: str) -> str:
    if move in BY_PROPOSERS:
        return "a proposer"
    if move == "undo":
        return "who completed the step"
    if move in BY_NOBODY:
        return _WHO["clock" if move == "lapse" else "step"]
    if move in _OFFICE:
        return "the programme manager"
    return {
        "open_proposal": "the officer that the pack names",
        "decline": "the outcome of a step; an intent also by the programme manager",
        "extend_pilot": "whom the pack names, if it allows an extension",
    }.get(move, _WHO[""])
