"""Checks a sealed conversation, alone: `python verify.py FOLDER [sessions]`. Python is all it needs.

It proves what the files say, not that the server that wrote them was the one you were promised.
"""

import json
import re
import sys
from pathlib import Path

SCHEMA = "steentje/results/1"
#: All that may stand in a sealed file, by level. Anything else is a finding.
TOP = {"schema", "session", "activities"}
SESSION = {
    "id", "title", "date", "lang", "format", "present", "topic", "answer_by", "influence",
}  # fmt: skip
ACTIVITY = {"kind", "title", "question", "items", "findings", "facts"}
FINDING = {"measure", "value", "n"}
STEPS = {0, 1, 5, 10, 20}
MOMENT = re.compile(r"\b\d{1,2}:\d{2}:\d{2}\b|\b1[5-9]\d{8}\b|T\d{2}:\d{2}")
ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")
RANDOM_ID = re.compile(r"\b[0-9a-f]{16,}\b")
FEWEST = 5
#: What people and the facilitator wrote themselves may hold anything.
THEIR_WORDS = (".text", ".what", ".who", ".first_step", ".said", ".reason", "]")


def canonical(value):
    """The one form in which a sealed file is written."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def check(folder):
    """Everything that is wrong with a sealed folder, as sentences. Empty means whole."""
    path = folder / "results.json"
    try:
        text = path.read_text(encoding="utf-8")
        doc = json.loads(text)
    except (OSError, ValueError) as problem:
        return [f"results.json cannot be read: {problem}"]
    found = [] if canonical(doc) + "\n" == text else ["the file is not in its canonical form"]
    if doc.get("schema") != SCHEMA:
        return [*found, f"unknown schema {doc.get('schema')!r}"]
    found += shape(doc)
    found += [f"{name.name} does not belong here" for name in folder.iterdir()
              if name.name not in ("results.json", "report.html")]  # fmt: skip
    for where, words in strings({k: v for k, v in doc.items() if k != "session"}):
        if not where.endswith(THEIR_WORDS):
            found += traces(where, words)
    return found


def shape(doc):
    """Keys that may not be there, and lists whose order could tell something."""
    found = [f"unknown key {key}" for key in set(doc) - TOP]
    found += [f"unknown key session.{key}" for key in set(doc["session"]) - SESSION]
    if doc["session"]["present"] not in STEPS:
        found.append("the number of people is finer than a step")
    for n, activity in enumerate(doc["activities"]):
        found += [f"unknown key activities[{n}].{key}" for key in set(activity) - ACTIVITY]
        for part in ("items", "findings"):
            if activity[part] != sorted(activity[part], key=canonical):
                found.append(f"activities[{n}].{part} are in an order of their own")
        found += [
            f"unknown key in a finding: {k}" for f in activity["findings"] for k in set(f) - FINDING
        ]
        found += [
            f"activities[{n}]: {f['measure']} rests on {f['n']} answers"
            for f in activity["findings"]
            if isinstance(f["value"], dict) and f["n"] < FEWEST
        ]
    return found


def strings(value, where=""):
    """Every text in the file, with where it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from strings(inner, f"{where}[{n}]")
    elif isinstance(value, str):
        yield where, value


def traces(where, words):
    """What could point at a person or a moment."""
    kinds = (("a time of day", MOMENT), ("an address", ADDRESS), ("a random id", RANDOM_ID))
    return [f"{where} holds {what}" for what, pattern in kinds if pattern.search(words)]


def left_over(sessions, session_id):
    """Files of the running conversation that should be gone."""
    gone = [sessions / "live" / f"{session_id}.db", sessions / "keys" / f"{session_id}.key"]
    return [f"{path} still exists" for path in gone if path.exists()]


def main(arguments):
    """Say what was found, and 0 or 1."""
    if not arguments:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    found = check(folder)
    sessions = Path(arguments[1]) if len(arguments) > 1 else folder.parent
    if not found:
        found += left_over(
            sessions, json.loads((folder / "results.json").read_text())["session"]["id"]
        )
    for sentence in found:
        print(f"- {sentence}")
    print(
        "Something is wrong."
        if found
        else "Whole: nothing but words and counts, in an order that says nothing."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
