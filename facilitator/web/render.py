"""Templates: one environment per language, made once; views are rendered outside any request."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import get_decimal_symbol
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound
from markupsafe import Markup

from ..domain.tally import out_of_ten
from ..names import PRODUCT
from . import art, qr
from .assets import STATIC
from .translations import translations

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

#: The languages of the interface, each by its own name.
LANGUAGES = {"nl": "Nederlands", "en": "English"}

#: The icons that every phone loads with its first page.
ON_PHONES = frozenset(re.findall(r'id="([\w-]+)"', (STATIC / "icons.svg").read_text()))


class Renderer:
    """Renders a template in a language. `static` turns a file's path into its address."""

    def __init__(self, static: Callable[[str], str]) -> None:
        self.static = static
        self.environments = {lang: self.environment(lang) for lang in LANGUAGES}

    def __call__(self, template: str, lang: str, **context: Any) -> str:
        """The template's text in this language (Dutch when it is unknown)."""
        environment = self.environments.get(lang) or self.environments["nl"]
        return environment.get_template(template).render(lang=lang, **context)

    def has(self, template: str) -> bool:
        """Whether there is such a template."""
        try:
            self.environments["nl"].get_template(template)
        except TemplateNotFound:
            return False
        return True

    def warm(self, pause: Callable[[], None]) -> None:
        """Compile every template now, so that the first people need not wait for it."""
        for environment in self.environments.values():
            for name in environment.list_templates(extensions=["html"]):
                environment.get_template(name)
                pause()

    def environment(self, lang: str) -> Environment:
        """A Jinja environment that speaks one language."""
        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        spoken: Translations = translations(lang)
        made.install_gettext_translations(spoken, newstyle=True)  # type: ignore[attr-defined]
        made.filters["t"] = lambda text: said(text, lang)
        made.filters["day"] = lambda iso: long_day(iso, lang)
        made.filters["short_day"] = lambda iso: written(iso, "d MMM", lang)
        point = get_decimal_symbol(lang)
        made.filters["number"] = lambda value: f"{value:.1f}".removesuffix(".0").replace(".", point)
        made.globals.update(
            static=self.static, art=art, qr=qr.svg, icon=self.icon, icon_at=self.icon_at, PRODUCT=PRODUCT,
            LANGUAGES=LANGUAGES, lang=lang, in_each_language=self.in_each_language,
            out_of_ten=out_of_ten,
        )  # fmt: skip
        return made

    def in_each_language(self, template: str, **context: Any) -> list[tuple[str, Markup]]:
        """A template in every language of the interface, for who stands between two."""
        return [(lang, Markup(self(template, lang, **context))) for lang in self.environments]

    def icon_at(self, name: str) -> str:
        """The address of an icon: those of every phone lie in a sprite of their own, the first
        load is light."""
        sprite = "icons.svg" if name in ON_PHONES else "more-icons.svg"
        return f"{self.static(sprite)}#{name}"

    def icon(self, name: str, label: str = "") -> Markup:
        """One icon from the sprite; with a label it speaks, without it is decoration."""
        spoken = Markup('role="img" aria-label="{}"').format(label) if label else "aria-hidden=true"
        return Markup('<svg class="icon" {}><use href="{}"/></svg>').format(
            Markup(spoken), self.icon_at(name)
        )


def said(text: Mapping[str, str] | str | None, lang: str) -> str:
    """A text in this language, or else in the first one it has."""
    if not text:
        return ""
    if isinstance(text, str):
        return text
    return text.get(lang) or next(iter(text.values()))


def long_day(iso: str, lang: str) -> str:
    """A day as people say it: 'maandag 30 november'."""
    return written(iso, "EEEE d MMMM", lang)


@cache
def written(iso: str, pattern: str, lang: str) -> str:
    """A day in words; nothing when there is none."""
    if not iso:
        return ""
    return str(format_date(datetime.date.fromisoformat(iso), pattern, locale=lang))
