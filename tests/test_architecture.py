"""Which way the arrows point. Break one on purpose, and see this fail."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from facilitator.activities import catalogue

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "facilitator"
KINDS = set(catalogue())
#: What a pure module may use of the standard library: it computes, and does nothing else.
PURE = {
    "__future__", "abc", "collections", "dataclasses", "datetime", "enum", "fractions",
    "functools", "hashlib", "itertools", "json", "math", "operator", "re", "string", "typing",
    "unicodedata",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow"}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (PACKAGE / folder).rglob("*.py"))


def by_place(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Every module that a file imports, by its whole name."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            whole = ".".join([*base, *([node.module] if node.module else [])])
            found |= {whole} if node.module else {f"{whole}.{a.name}" for a in node.names}
    return found


def names_from(path: Path, module: str) -> set[str]:
    """What a file imports from one module."""
    return {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == module
        for alias in node.names
    }


def ours(path: Path) -> set[str]:
    return {name for name in imports(path) if name.split(".")[0] == "facilitator"}


def foreign(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path)} - {"facilitator"}


def clocks(path: Path) -> list[str]:
    """Where a file asks the time of anything but the scene that was handed to it."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in CLOCKS
        and ast.unparse(node) != "scene.now"
    ]


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


# -- arrows


@by_place(modules("domain"))
def test_the_domain_is_pure(path):
    assert {name for name in ours(path) if not name.startswith("facilitator.domain")} == set()
    assert foreign(path) <= PURE
    assert not clocks(path), "time comes in by the door"
    assert not calls(path) & {"open", "print", "input", "exec", "eval", "__import__"}


@by_place([path for path in modules("activities") if path.stem != "__init__"])
def test_a_room_knows_the_domain_and_no_other_room(path):
    assert {name for name in ours(path) if not name.startswith("facilitator.domain")} == set()
    assert foreign(path) <= PURE | {"random"}
    assert names_from(path, "random") <= {"Random"}, "chance comes in by the door, as a seed"
    assert "random" not in imports(path) or names_from(path, "random") == {"Random"}
    assert not unseeded(path)
    assert not clocks(path)
    assert not calls(path) & {"open", "print", "input", "exec", "eval", "__import__"}


def calls(path: Path) -> set[str]:
    return {
        node.func.id
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def unseeded(path: Path) -> list[str]:
    """Random() without a seed asks the machine for chance."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Random" and not node.args
    ]


@by_place([path for path in modules("") if path.name in ("store.py", "archive.py")])
def test_storage_knows_the_domain_and_no_rules(path):
    allowed = ("facilitator.domain", "facilitator.store", "facilitator.keys")
    assert {name for name in ours(path) if not name.startswith(allowed)} == set()
    assert not foreign(path) & {"flask", "flask_socketio", "socketio", "eventlet"}


def test_the_desk_knows_no_web_and_rooms_only_through_the_catalogue():
    for name in (
        "desk.py", "running.py", "lifetime.py", "acting.py", "stepping.py", "showing.py",
        "leading.py", "watch.py",
    ):  # fmt: skip
        path = PACKAGE / name
        assert not {n for n in ours(path) if re.search(r"\.(web|live|fanout|runtime)\b", n)}
        assert not {n for n in ours(path) if n.startswith("facilitator.activities.")}
        assert not foreign(path) & {"flask", "flask_socketio", "socketio", "eventlet"}


@by_place([path for path in modules("") if not path.is_relative_to(PACKAGE / "activities")])
def test_nobody_outside_reaches_into_a_room(path):
    reached = {name for name in ours(path) if name.startswith("facilitator.activities.")}
    names = names_from(path, "activities") | names_from(path, "facilitator.activities")
    assert reached == set() and names <= {"catalogue"}


@by_place([*modules("web"), PACKAGE / "live.py", PACKAGE / "fanout.py"])
def test_the_web_and_the_live_line_see_no_room_and_no_table(path):
    assert not {name for name in ours(path) if name.startswith("facilitator.activities")}
    assert not {name for name in ours(path) if name.startswith("facilitator.store")}
    assert not foreign(path) & {"sqlite3", "sqlalchemy"}


# -- one place for each thing


@by_place([*modules(""), ROOT / "wsgi.py"])
def test_eventlet_is_imported_in_two_places_only(path):
    if "eventlet" in foreign(path):
        assert path in (PACKAGE / "runtime.py", ROOT / "wsgi.py")


@by_place([*modules(""), ROOT / "wsgi.py"])
def test_nobody_uses_flasks_session(path):
    assert "session" not in names_from(path, "flask")
    used = [n for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute) and n.attr == "session"
            and getattr(n.value, "id", "") == "flask"]  # fmt: skip
    assert not used


def test_importing_the_package_imports_no_flask():
    said = subprocess.run(
        [sys.executable, "-c", "import facilitator, facilitator.desk, sys; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    loaded = {name.split(".")[0] for name in said}
    assert "facilitator" in loaded
    assert not loaded & {"flask", "werkzeug", "flask_socketio", "socketio", "eventlet"}


# -- nothing outside a room names its kind


def named(path: Path) -> list[str]:
    """Where a file compares with a kind, looks one up, or makes a path to its templates."""
    found = []
    for node in ast.walk(tree(path)):
        strings = []
        if isinstance(node, ast.Compare):
            strings = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            strings = [key for key in node.keys if key]
        elif isinstance(node, ast.Subscript):
            strings = [node.slice]
        elif isinstance(node, ast.MatchValue):
            strings = [node.value]
        elif isinstance(node, ast.Call | ast.Tuple | ast.List | ast.Set):
            strings = getattr(node, "args", None) or getattr(node, "elts", [])
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.keyword | ast.Return):
            strings = [node.value] if node.value else []
        whole = [s.value for s in strings if isinstance(s, ast.Constant) and s.value in KINDS]
        if whole:
            found.append(f"line {getattr(node, 'lineno', '?')}: {whole}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += re.findall(path_of_a_kind, node.value)
    return found


any_kind = "|".join(sorted(KINDS))
path_of_a_kind = re.compile(rf"activities[/.](?:{any_kind})\b")
OUTSIDE = [path for path in modules("") if not path.is_relative_to(PACKAGE / "activities")]


@by_place([*OUTSIDE, ROOT / "wsgi.py"])
def test_no_module_outside_a_room_names_a_kind(path):
    assert named(path) == []


def files(folder: str, *endings: str) -> list[Path]:
    return sorted(
        path
        for path in (ROOT / folder).rglob("*")
        if path.suffix in endings and "vendor" not in path.parts and "activities" not in path.parts
    )


@by_place(files("templates", ".html"))
def test_no_shared_template_names_a_kind(path):
    said = path.read_text(encoding="utf-8")
    code = " ".join(re.findall(r"\{[{%].*?[%}]\}", said, re.S))
    assert re.findall(path_of_a_kind, said) == []
    assert re.findall(rf"kind\s*(?:==|!=|in)\s*[\[(]?\s*[\"'](?:{any_kind})[\"']", code) == []
    assert re.findall(rf"[\"'](?:{any_kind})[\"']\s*(?:==|!=)", code) == []
    assert re.findall(rf"data-kind=[\"'](?:{any_kind})[\"']", said) == []


@by_place(files("static", ".js", ".css"))
def test_no_shared_script_or_style_names_a_kind(path):
    said = path.read_text(encoding="utf-8")
    assert re.findall(path_of_a_kind, said) == []
    assert re.findall(rf"kind[-\"'\]=\s]+[\"']?(?:{any_kind})\b", said) == []
    if path.suffix == ".js":
        assert re.findall(rf"[=!]==?\s*[\"'`](?:{any_kind})[\"'`]", said) == []
        assert re.findall(rf"case\s+[\"'`](?:{any_kind})[\"'`]", said) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_room_has_all_its_files_and_one_name(kind):
    assert catalogue()[kind].kind == kind
    for audience in ("phone", "screen", "console", "own"):
        assert (ROOT / f"templates/activities/{kind}/{audience}.html").exists()
    assert (ROOT / f"tests/activities/test_{kind}.py").exists()


def test_no_file_of_a_room_is_left_without_its_room():
    folders = {path.name for path in (ROOT / "templates/activities").iterdir() if path.is_dir()}
    assets = {path.name.split(".")[0] for part in ("js", "css")
              for path in (ROOT / "static" / part / "activities").glob("*.*")}  # fmt: skip
    assert folders <= KINDS and assets <= KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_rooms_templates_use_no_other_rooms(kind):
    for path in (ROOT / "templates/activities" / kind).glob("*.html"):
        used = re.findall(path_of_a_kind, path.read_text(encoding="utf-8"))
        assert [one for one in used if one.split("/")[-1] != kind] == []


# -- a room never sees a person


@by_place([*modules("domain"), *modules("activities")])
def test_a_room_never_sees_a_token(path):
    words = {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    words |= {node.arg for node in ast.walk(tree(path)) if isinstance(node, ast.arg)}
    words |= attributes(path)
    assert not {
        word for word in words if re.fullmatch(r"(?i)tokens?|cookies?|seats?|sockets?", word)
    }


def test_a_view_is_made_without_knowing_who_asks():
    for room in catalogue().values():
        asked = room.view.__code__.co_varnames[: room.view.__code__.co_argcount]
        assert asked == ("self", "scene", "audience")
