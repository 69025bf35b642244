"""What is taken out of style sheets and scripts on their way changes nothing in them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from facilitator.web.assets import STATIC, Assets, lean, tight

ASSETS = Assets()
SCRIPTS = [
    path for path in sorted((STATIC / "js").rglob("*.js")) if "vendor" not in path.parts
]  # fmt: skip


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_string_of_ours_runs_over_a_line(path):
    assert all(line.count("`") % 2 == 0 for line in path.read_text().splitlines())


def test_only_whole_lines_of_remarks_and_indentation_go():
    assert lean(b"// why\nlet a = 1 // stays\n\n  // gone\n  b(`//x`)\n") == (
        b"let a = 1 // stays\nb(`//x`)\n"
    )
    assert tight(b"/* why */\n.a {\n  color: red;\n}\n") == b".a{color:red;}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_lean_script_is_served_and_is_a_script(path, tmp_path):
    served = Assets().files[str(path.relative_to(STATIC))].body
    assert served and b"\n//" not in served
    if shutil.which("node"):
        (tmp_path / "one.mjs").write_bytes(served)
        assert subprocess.run(["node", "--check", tmp_path / "one.mjs"]).returncode == 0


def test_a_page_gets_the_sheets_of_its_own_kinds_and_no_others():
    name = ASSETS.style("phone", ["vote", "ideas", "vote", "nothing"]).split("/", 3)[3]
    assert name == "style/phone-ideas-vote.css"
    sheet = ASSETS.found(name).body.decode()
    assert "kind-vote" in sheet and "kind-ideas" in sheet and "kind-pulse" not in sheet
    assert Assets().found(name).body == ASSETS.found(name).body  # also after a restart


def test_what_rooms_share_comes_along_where_it_is_brought():
    sheets = {
        names: ASSETS.found(ASSETS.style("phone", names).split("/", 3)[3]).body.decode()
        for names in (("pairs",), ("pairs", "gathering"), ("listening", "gathering"))
    }
    assert ".gathering" not in sheets["pairs",] and ".gathering" in sheets["pairs", "gathering"]
    both = sheets["listening", "gathering"]
    assert both.index(".gathering") < both.index(".kind-listening"), "a room has the last word"
    assert ASSETS.scripts(["pairs"]) == []
    assert ASSETS.scripts(["pairs", "gathering"]) == ["js/elements/gathering.js"]


@pytest.mark.parametrize("name", [
    "style/phone-vote-ideas.css", "style/phone-nope.css", "style/wall-vote.css",
    "style/phone-vote-vote.css", "style/phone-../vote.css",
])  # fmt: skip
def test_a_style_that_no_page_names_does_not_exist(name):
    assert ASSETS.found(name) is None
