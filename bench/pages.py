"""What the generator reads off a page: lanes, cards and the files that a browser would fetch."""

import json
import re
from html.parser import HTMLParser

# What a browser fetches because of a <link>; "alternate", "canonical" and the like cost nothing.
FETCHED = {"stylesheet", "modulepreload", "preload", "icon", "manifest", "apple-touch-icon"}
IMPORT = re.compile(r"""(?:^|[;}\s])(?:import|export)\b[^;'"()]*?["']([^"']+)["']""")
CSS_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)""")
CSS_FILE = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


class Page(HTMLParser):
    """One page or one fragment of it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lanes: list[str] = []
        self.cards: list[str] = []
        self.files: list[str] = []
        self.import_map: dict[str, str] = {}
        self._in_lane_select = self._in_import_map = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this element names."""
        has = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._in_lane_select = has.get("name") == "lane"
        if has.get("value") and (
            has.get("name") == "lane" or (tag == "option" and self._in_lane_select)
        ):
            self.lanes.append(has["value"])
        if has.get("data-card") and has["data-card"] not in self.cards:
            self.cards.append(has["data-card"])
        self._in_import_map = tag == "script" and has.get("type") == "importmap"
        self.files += [name for name in _fetched(tag, has) if not name.startswith("data:")]

    def handle_endtag(self, tag: str) -> None:
        """Leave the element that a value belongs to."""
        if tag == "select":
            self._in_lane_select = False
        if tag == "script":
            self._in_import_map = False

    def handle_data(self, data: str) -> None:
        """An import map names modules by other names."""
        if self._in_import_map:
            self.import_map = json.loads(data).get("imports", {})


def _fetched(tag: str, has: dict[str, str]) -> list[str]:
    """The addresses that a browser fetches because of this element."""
    if tag == "script":
        return [has["src"]] if has.get("src") else []
    if tag == "link":
        return [has["href"]] if FETCHED & set(has.get("rel", "").lower().split()) else []
    if tag == "img":
        return [has["src"]] if has.get("src") and has.get("loading") != "lazy" else []
    if tag == "use":
        name = has.get("href") or has.get("xlink:href") or ""
        return [name] if not name.startswith("#") else []
    return []


def imports(script: str) -> list[str]:
    """The modules that a module imports at its top."""
    return IMPORT.findall(script)


def sheets(css: str) -> list[str]:
    """The style sheets that a style sheet imports: always fetched."""
    return CSS_IMPORT.findall(css)


def named_files(css: str) -> list[str]:
    """The fonts and pictures that a style sheet names: fetched only when something uses them."""
    return [name for name in CSS_FILE.findall(css) if not name.startswith("data:")]
