"""A list on its way, as tests send it: by its actions, or by the pages."""

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import checking
from accounts.actions import uploads
from accounts.models import UploadedList


def looked_at(kind, subject, by, data, name="list.csv"):
    """A list that was sent and looked through."""
    content = ContentFile(data if isinstance(data, bytes) else data.encode(), name=name)
    made = uploads.upload(kind=kind, subject=subject.pk, institution=subject.institution, file=content, by=by)
    checking.run(made.pk)
    return UploadedList.objects.get(pk=made.pk)


def doubts(uploaded):
    """[(line, column, what is wrong)]."""
    return [
        (line.number, one["column"], one["text"])
        for line in uploaded.lines.order_by("number")
        for one in line.problems
    ]


def adds(uploaded):
    """{line: what it would add}."""
    return dict(uploaded.lines.filter(bad=False).values_list("number", "adds"))


def send(client, url, data, name="list.csv"):
    """The page that a list leads to: bytes as a file, text as text."""
    if isinstance(data, bytes):
        return client.post(url, {"file": SimpleUploadedFile(name, data)}, follow=True)
    return client.post(url, {"text": data}, follow=True)


def last():
    """The list that was sent last."""
    return UploadedList.objects.latest("uploaded_at")


def file(client, uploaded=None, **given):
    """Pressing the button of a list's page."""
    uploaded = uploaded or last()
    return client.post(reverse("list_file", args=[uploaded.pk]), given, follow=True)
