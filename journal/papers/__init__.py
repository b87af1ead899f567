"""Papers: what is read on paper or kept as a file, as accessible PDF (tagged, PDF/UA-1)."""

from journal.papers.rendering import PaperError, render

__all__ = ["PaperError", "render"]
