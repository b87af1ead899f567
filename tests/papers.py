"""A PDF as a test reads it: its words, its tags in reading order, and what it declares to be."""

import io
import re
from dataclasses import dataclass

from pypdf import PdfReader


@dataclass(frozen=True)
class Read:
    """`text` has one blank wherever there were any; `tags` are the structure elements in reading order."""

    text: str
    tags: list[str]
    metadata: str
    language: str
    pages: int
    size: tuple[int, int]  # of the first page, in points

    @property
    def is_accessible(self):
        """Tagged, with a title that is shown and a language, and declared as PDF/UA-1."""
        title = re.search(r"<dc:title>.*?<rdf:li[^>]*>(.+?)</rdf:li>", self.metadata)
        declared = "<pdfuaid:part>1</pdfuaid:part>" in self.metadata
        return bool(self.tags[0] == "Document" and title and declared and self.language)


def read(content):
    """Read the bytes of a PDF, or an answer that holds one."""
    if hasattr(content, "content"):
        assert content.status_code == 200, content.status_code
        assert content["Content-Type"] == "application/pdf"
        content = content.content
    pdf = PdfReader(io.BytesIO(content))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/ViewerPreferences"]["/DisplayDocTitle"]
    words = " ".join(page.extract_text() for page in pdf.pages)
    tags = list(_tags(root["/StructTreeRoot"]["/K"]))
    metadata = root["/Metadata"].get_data().decode()
    size = (round(pdf.pages[0].mediabox.width), round(pdf.pages[0].mediabox.height))
    return Read(" ".join(words.split()), tags, metadata, str(root["/Lang"]), len(pdf.pages), size)


def _tags(element):
    element = element.get_object() if hasattr(element, "get_object") else element
    if isinstance(element, list):
        for inner in element:
            yield from _tags(inner)
    elif isinstance(element, dict) and "/S" in element:
        yield element["/S"].lstrip("/")
        if "/K" in element:
            yield from _tags(element["/K"])
