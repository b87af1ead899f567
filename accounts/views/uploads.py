"""A list on its way, whatever it is for: its columns, how far it is, each line's verdict, mending and filing it."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import filing
from accounts.actions import uploads
from accounts.clauses import mark, marked
from accounts.forms import add_refusal
from accounts.models import ListState, UploadedLine, UploadedList
from accounts.staff import person_of
from accounts.tables.headings import laid_out
from accounts.tables.rewriting import harmless
from accounts.upload_forms import ColumnsForm, FileListForm, ListForm
from accounts.uploads import Work, work_of
from accounts.views.taking import begun
from policies.reasons import Reason, Refused

A_PAGE = 100
MOST_AS_TEXT = 500
SHOWN = {"bad": "To mend", "good": "In order", "all": "All lines"}
UNDER_WAY = (ListState.CHECKING, ListState.FILING)
SEVERAL = "; "


def uploaded_of(request: HttpRequest, key: uuid.UUID) -> tuple[UploadedList, Work]:
    """A list of one's own and what it is for; 404 for others', 403 where one may no longer file such a list."""
    person = person_of(request)
    rows = UploadedList.objects.visible_to(person).select_related("institution")
    uploaded = get_object_or_404(rows, pk=key)
    try:
        work = work_of(uploaded)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    work.require(person)
    return uploaded, work


@require_safe
def show(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How the list stands: its columns are asked, it is being looked through, or every line's verdict."""
    uploaded, work = uploaded_of(request, key)
    if uploaded.state == ListState.FILED:
        return redirect(uploaded.became)
    if uploaded.state == ListState.COLUMNS:
        return redirect("list_columns", uploaded.pk)
    if uploaded.state in UNDER_WAY:
        return _page(request, "accounts/list_progress.html", uploaded, work, {"batch": batch(uploaded)})
    return _verdicts(request, uploaded, work, [])


def batch(uploaded: UploadedList) -> dict[str, Any]:
    """What the progress component shows."""
    total, done = max(uploaded.expected, uploaded.read), uploaded.read
    parts = [
        ("in order", "yes", "done", uploaded.good),
        ("need mending", "heed", "attention", uploaded.bad),
        ("to be looked at", "past", "waiting", total - done),
    ]
    if uploaded.state == ListState.FILING:
        total, done = uploaded.good, 0
        parts = [("to be filed", "past", "waiting", total)]
    return {
        "id": "batch",
        "total": total,
        "done": done,
        "parts": [{"word": w, "tone": t, "shape": s, "count": n} for w, t, s, n in parts],
        "poll_url": reverse("list_progress", args=[uploaded.pk]),
    }


@require_safe
def progress(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The bar alone, for htmx; when all is looked at the page is loaded anew."""
    uploaded, _ = uploaded_of(request, key)
    answer = render(request, "components/progress.html", {"batch": batch(uploaded)})
    if uploaded.state not in UNDER_WAY:
        answer["HX-Refresh"] = "true"
    return answer


def _verdicts(
    request: HttpRequest, uploaded: UploadedList, work: Work, refused: list[Reason], status: int = 200
) -> HttpResponse:
    person = person_of(request)
    wanted = request.GET.get("show", "")
    wanted = wanted if wanted in SHOWN else "bad" if uploaded.bad else "all"
    rows = uploaded.lines.order_by("number")
    rows = rows if wanted == "all" else rows.filter(bad=wanted == "bad")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    kept = [name for name in uploaded.columns if name]
    asked = refused or filing.reasons(uploaded, work, person, leave_out=True) or _refused_before(uploaded)
    context = {
        "page": page,
        "rows": [_line(line, kept, work) for line in page],
        "wanted": wanted,
        "tabs": _tabs(uploaded, wanted),
        "reasons": marked(work.policy, asked),
        "form": FileListForm(),
        "again": _again(uploaded),
        "pairs": list(zip(uploaded.headings, uploaded.columns, strict=False)),
        "in_order": bool(uploaded.good) and not uploaded.bad and not asked,
        "verb": work.verb(uploaded.good, bool(uploaded.bad)),
    }
    return _page(request, "accounts/list.html", uploaded, work, context, status)


def _refused_before(uploaded: UploadedList) -> list[Reason]:
    """Why a worker did not file it; it must be looked through again."""
    return [Reason(**one) for one in uploaded.refused]


def _line(line: UploadedLine, kept: list[str], work: Work) -> dict[str, Any]:
    cells = dict(zip(kept, line.cells, strict=False))
    name = cells.get("name") or " ".join(filter(None, (cells.get("first name"), cells.get("last name"))))
    return {
        "number": line.number,
        "name": name,
        "email": cells.get("email", ""),
        "adds": line.adds,
        "doubts": [{**one, "clause": mark(work.policy, one["clause"])} for one in line.problems],
    }


def _tabs(uploaded: UploadedList, wanted: str) -> list[dict[str, Any]]:
    counts = {"bad": uploaded.bad, "good": uploaded.good, "all": uploaded.read}
    return [
        {"label": f"{word} ({counts[name]:,})", "url": f"?show={name}", "current": name == wanted}
        for name, word in SHOWN.items()
    ]


def _again(uploaded: UploadedList) -> ListForm:
    """The mended list: as another file, or a short one as text to mend where it stands."""
    form = ListForm(auto_id="id_again_%s")
    form.fields["file"].label = "The mended list as a file"
    if uploaded.read > MOST_AS_TEXT:
        del form.fields["text"]
    else:
        form.fields["text"].label, form.initial["text"] = "Or mend it here", _text(uploaded)
    return form


def _text(uploaded: UploadedList) -> str:
    """A short list as CSV, each line under its own number."""
    kept, out = [name for name in uploaded.columns if name], _Echo()
    write = csv.writer(out, lineterminator="\n").writerow
    whole, written = [write(kept)], 1
    for line in uploaded.lines.order_by("number"):
        whole.append("\n" * max(line.number - 1 - written, 0))  # so that it keeps its number
        whole.append(write([" ".join(cell.splitlines()) for cell in line.cells]))
        written = line.number
    return "".join(whole)


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Which column each heading means, proposed and confirmed; another sheet of the file by `?sheet=`."""
    uploaded, work = uploaded_of(request, key)
    if uploaded.state in (ListState.FILING, ListState.FILED):
        return redirect("uploaded_list", uploaded.pk)
    person, data = person_of(request), request.POST if request.method == "POST" else None
    wanted = (data or request.GET).get("sheet", "")
    sheet = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else None
    try:
        head = uploads.head(uploaded=uploaded, by=person, sheet=sheet)
    except Refused as error:
        messages.error(request, error.reasons[0].text)
        return redirect(work.back)
    known = uploads.remembered(work.unit, uploaded.kind)
    layout = laid_out(head.headings, work.columns, known, head.samples)
    if head.headings == uploaded.headings and head.sheet == uploaded.sheet:
        layout.columns = uploaded.columns
    form = ColumnsForm(head, layout, work.columns, data)
    if data is not None and form.is_valid():
        try:
            row = uploads.arrange(uploaded=uploaded, columns=form.chosen(), by=person, sheet=head.sheet)
        except Refused as error:
            add_refusal(form, error)
        else:
            return begun(request, row)
    context = {
        "form": form,
        "head": head,
        "sheets": [(n, name, n == head.sheet) for n, name in enumerate(head.sheets)],
        "remarks": head.remarks,
        "known": [column.name for column in work.columns if column.required],
    }
    status = 409 if form.errors else 200
    return _page(request, "accounts/list_columns.html", uploaded, work, context, status)


@require_POST
def again(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The mended list in the place of the first; without one the same is looked through again."""
    uploaded, work = uploaded_of(request, key)
    person, form = person_of(request), ListForm(request.POST, request.FILES, auto_id="id_again_%s")
    try:
        if form.is_valid():
            return begun(request, uploads.replace(uploaded=uploaded, file=form.as_file(), by=person))
        return begun(request, uploads.check_again(uploaded=uploaded, by=person))
    except Refused as error:
        return _refused(request, uploaded, work, error)


def _refused(request: HttpRequest, uploaded: UploadedList, work: Work, error: Refused) -> HttpResponse:
    uploaded.refresh_from_db()
    if uploaded.state == ListState.CHECKED:
        return _verdicts(request, uploaded, work, error.reasons, status=409)
    messages.error(request, " ".join(reason.text for reason in error.reasons[:5]))
    return redirect("uploaded_list", uploaded.pk)


@require_POST
def file(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """File the list; refused, its page says why."""
    uploaded, work = uploaded_of(request, key)
    form = FileListForm(request.POST)
    leave_out = form.is_valid() and form.cleaned_data["leave_out"]
    try:
        filed = uploads.file(uploaded=uploaded, by=person_of(request), leave_out=leave_out)
    except Refused as error:
        return _refused(request, uploaded, work, error)
    if filed is None:
        return redirect("uploaded_list", uploaded.pk)
    messages.success(request, filed.said)
    return redirect(filed.url)


@require_POST
def discard(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give the list up."""
    uploaded, work = uploaded_of(request, key)
    try:
        uploads.discard(uploaded=uploaded, by=person_of(request))
    except Refused as error:
        return _refused(request, uploaded, work, error)
    messages.success(request, "The list is deleted. Nothing of it was kept.")
    return redirect(work.back)


@require_safe
def lines_file(request: HttpRequest, key: uuid.UUID) -> StreamingHttpResponse:
    """Every line with its verdict, to be mended in a spreadsheet and sent again: the two columns of ours are left out."""
    uploaded, _ = uploaded_of(request, key)
    answer = StreamingHttpResponse(_csv(uploaded), content_type="text/csv; charset=utf-8")
    name = slugify(uploaded.name.rsplit(".", 1)[0])[:60] or "list"
    answer["Content-Disposition"] = f'attachment; filename="{name}-verdicts.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _csv(uploaded: UploadedList) -> Iterator[str]:
    write = csv.writer(_Echo(), lineterminator="\r\n").writerow
    yield "\ufeff" + write(["line", *[name for name in uploaded.columns if name], "what is wrong"])
    for line in uploaded.lines.order_by("number").iterator(chunk_size=1000):
        said = SEVERAL.join(f"{one['column']}: {one['text']}".removeprefix(": ") for one in line.problems)
        yield write([line.number, *[harmless(cell) for cell in line.cells], said])


def _page(
    request: HttpRequest,
    template: str,
    uploaded: UploadedList,
    work: Work,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    shared = {"uploaded": uploaded, "work": work, "institution": uploaded.institution}
    return render(request, template, {**shared, **context}, status=status)
