"""Make the sprites of the icons named in icons.txt: `python icons.py FOLDER_OF_SVGS STATIC`.

Those before the empty line are on every phone: `icons.svg`. The others lie in `more-icons.svg`,
which is only loaded where one of them is seen. Every icon becomes `<symbol id="NAME">`. With what pen it is drawn says whoever uses it: `.icon` in
the sheets, in the colour of the text, two wide.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

NAMES = Path(__file__).with_name("icons.txt")
PEN = 'viewBox="0 0 24 24"'


def shape(element: ElementTree.Element) -> str:
    """One line, circle or path, without its namespace."""
    tag = element.tag.rpartition("}")[2]
    return f"<{tag} " + " ".join(f'{name}="{value}"' for name, value in element.items()) + "/>"


def symbol(name: str, folder: Path) -> str:
    """One icon under its own name."""
    drawing = ElementTree.parse(folder / f"{name}.svg").getroot()
    return f'<symbol id="{name}" {PEN}>' + "".join(map(shape, drawing)) + "</symbol>"


def sprite(names: list[str], folder: Path) -> str:
    """Icons in one file."""
    licence = "<!-- Icons: Lucide 1.62.0, ISC licence; see js/vendor/LICENSES.md -->"
    symbols = "\n".join(symbol(name, folder) for name in names)
    return f'{licence}\n<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


if __name__ == "__main__":
    svgs, static = Path(sys.argv[1]), Path(sys.argv[2])
    everywhere, elsewhere = NAMES.read_text().split("\n\n")
    (static / "icons.svg").write_text(sprite(everywhere.split(), svgs))
    (static / "more-icons.svg").write_text(sprite(elsewhere.split(), svgs))
