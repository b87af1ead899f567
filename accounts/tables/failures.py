"""What stands against a file as a whole, and what its lines are until they are checked."""

from __future__ import annotations

Cells = tuple[int, list[str]]  # the number of the line and its cells


class BadFile(ValueError):
    """Why a file cannot be read at all, as a sentence, with the line where that shows."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.text, self.line = text, line
