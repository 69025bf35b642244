"""What is left on paper: the report, its data, and the page on what became of it."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from .. import doors
from ..archive import Doc
from ..desk import Unknown
from ..domain.activity import Refused
from ..domain.results import canonical
from ..domain.words import sentence
from ..keys import Token
from ..register import Entered
from ..trends import trends
from .asking import desk, faces, language, owner, page, redirect

papers = Blueprint("papers", __name__)

#: Sessions before its own that a report looks back on. Everybody reads it at the same moment.
EARLIER = 5
STATUSES = ("open", "busy", "done", "wont")
LIVE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@papers.get("/<code>/results")
def results(code: str) -> Response:
    """From closing on: for the facilitator and for everyone who took part."""
    return redirect(f"/r/{allowed(code).report_key}", 303)


@papers.get("/<code>/results.json")
def results_json(code: str) -> Response:
    """The same, as data."""
    return report_json(allowed(code).report_key)


@papers.get("/<code>/results.csv")
def results_csv(code: str) -> Response:
    """The same, as a table."""
    return report_csv(allowed(code).report_key)


def allowed(code: str) -> Entered:
    """The session, if the asker may see its report."""
    entered, _ = desk().report(code=code)
    running = desk().running.get(code)
    token = Token.read(request.cookies.get(f"s{code}"))
    took_part = running and doors.takes_part(running, token)
    leads = running and doors.role(running, request.cookies.get(f"k{code}")) == "console"
    if not (owner() in ("host", entered.owner) or took_part or leads):
        raise Refused("key_needed")
    return entered


@papers.get("/r/<key>")
def report(key: str) -> Response:
    """The report: what the facilitator gets, every phone gets."""
    entered, doc = desk().report(report_key=key)
    running = entered.code in desk().running
    return page("report.html", language(entered.lang), **report_context(entered, doc),
                state="closing" if running else "sealed", standalone=False, css="")  # fmt: skip


def report_context(entered: Entered, doc: Doc) -> dict[str, Any]:
    """What the report's template needs, beside whether it stands alone."""
    for activity in doc["activities"]:
        activity["template_dir"] = f"activities/{activity['kind']}"
    earlier = desk().kept(entered.series, EARLIER, before=entered.id)
    return {
        "doc": doc,
        "trends": trends([*earlier, doc]) if earlier else [],
        "loop_url": f"/l/{entered.loop_key}",
        "loop_full_url": f"{faces().public_url}/l/{entered.loop_key}",
        "json_url": f"/r/{entered.report_key}/results.json",
        "csv_url": f"/r/{entered.report_key}/results.csv",
    }


@papers.get("/r/<key>/results.json")
def report_json(key: str) -> Response:
    """The results as they are kept."""
    entered, doc = desk().report(report_key=key)
    answer = Response(canonical(doc) + "\n", mimetype="application/json")
    return named(answer, f"{entered.folder}.json")


@papers.get("/r/<key>/results.csv")
def report_csv(key: str) -> Response:
    """One row for each thing that is kept; no cell can become a formula."""
    entered, doc = desk().report(report_key=key)
    answer = Response(table(doc, language(entered.lang)).encode("utf-8-sig"), mimetype="text/csv")
    return named(answer, f"{entered.folder}.csv")


def named(answer: Response, name: str) -> Response:
    """As a download."""
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def table(doc: Doc, lang: str) -> str:
    """The report as a table: part, sort, text, value, number of answers."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(["part", "what", "text", "value", "n"])
    for activity in doc["activities"]:
        part = activity["title"].get(lang) or activity["kind"]
        for item in activity["items"]:
            text = str(item.get("text") or item.get("what") or "")
            lane = item.get("lane") if isinstance(item.get("lane"), dict) else {}
            sort = lane.get("name", {}).get(lang, "") or item.get("side", "")
            value = item.get("dots", item.get("by", ""))
            rows.writerow([safe(x) for x in (part, sort, text, value, item.get("hands", ""))])
            for card in () if "dots" in item else item.get("cards", ()):
                rows.writerow([safe(x) for x in (part, text, card["text"], "", "")])
        for finding in activity["findings"]:
            values = (
                finding["value"] if isinstance(finding["value"], dict) else {"": finding["value"]}
            )
            for name, value in sorted(values.items()):
                measure = f"{finding['measure']} {name}".strip()
                rows.writerow([safe(x) for x in (part, measure, "", value, finding["n"])])
    return out.getvalue()


def safe(cell: Any) -> str:
    """A cell that a spreadsheet takes as text."""
    text = str(cell)
    return (
        f"'{text}"
        if text.lstrip().startswith(LIVE_FORMULA) or text.startswith(LIVE_FORMULA)
        else text
    )


@papers.get("/mine/<kind>")
def mine(kind: str) -> Response:
    """What a room leaves on the phone of its owner alone. The page is the same for everybody: it
    brings the words, and what they are about never comes here."""
    template = f"activities/{kind}/mine.html"
    if not faces().render.has(template):
        raise NotFound
    return page(template, language())


# -- what became of it


@papers.get("/l/<key>")
def loop(key: str) -> Response:
    """You said, we do, done by: public by link."""
    entered, doc = desk().report(loop_key=key)
    facts = [activity["facts"] for activity in doc["activities"]]
    said = [card["text"] for fact in facts for card in fact.get("begin_with", [])]
    later = next((fact["later"] for fact in facts if "later" in fact), None)
    return page(
        "loop.html", language(entered.lang), doc_title=entered.title, date=entered.date,
        promises=desk().register.promises(entered.id), said=said, later=later,
        may_edit=may_edit(entered), path=f"/l/{key}", statuses=STATUSES,
    )  # fmt: skip


def may_edit(entered: Entered) -> bool:
    """Whether the asker may say what became of a promise."""
    return owner() in ("host", entered.owner)


@papers.post("/l/<key>/status")
def report_status(key: str) -> Response:
    """The facilitator says what became of one promise."""
    entered = desk().register.one(loop_key=key)
    if entered is None:
        raise Unknown(key)
    if not may_edit(entered):
        raise Refused("key_needed")
    status, promise = request.form.get("status", ""), request.form.get("id", "")
    if status not in STATUSES or promise not in {
        p["id"] for p in desk().register.promises(entered.id)
    }:
        raise Refused("not_understood")
    note = sentence(request.form, "note", 200, needed=status == "wont")
    desk().register.report(promise, status, note)
    return redirect(f"/l/{key}", 303)


def standalone(faces: Any, register: Any) -> Any:
    """Renders report.html for the archive: one file that needs nothing beside it."""

    def render(doc: Doc) -> str:
        entered = register.one(id=doc["session"]["id"])
        copy = {**doc, "activities": [dict(activity) for activity in doc["activities"]]}
        for activity in copy["activities"]:
            activity["template_dir"] = f"activities/{activity['kind']}"
        return str(
            faces.render(
                "report.html", entered.lang, doc=copy, trends=[], loop_url="", json_url="", csv_url="",
                loop_full_url=f"{faces.public_url}/l/{entered.loop_key}", state="sealed",
                standalone=True, css=faces.assets.text("style/paper.css"), lang_links=[],
            )
        )  # fmt: skip

    return render
