"""Commands beside the server: a demo that plays itself, one more facilitator, the formats."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> None:
    """`python -m facilitator.cli demo | formats | facilitator NAME`"""
    parser = argparse.ArgumentParser(prog="python -m facilitator.cli", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="a conversation that plays itself; nothing is kept")
    demo.add_argument("--phones", type=int, default=12)
    demo.add_argument("--seconds", type=float, default=180, help="how long the whole takes")
    commands.add_parser("formats", help="the conversations this product ships with")
    one_more = commands.add_parser("facilitator", help="a personal link for one more facilitator")
    one_more.add_argument("name")
    asked = parser.parse_args(argv)
    if asked.command == "demo":
        from .demo import play

        play(asked.phones, asked.seconds)
    elif asked.command == "formats":
        list_formats()
    else:
        add_facilitator(asked.name)


def list_formats() -> None:
    """Each format with its presets and minutes."""
    from .formats import formats

    for slug, one in formats().items():
        lengths = ", ".join(f"{name} ({p.minutes} min)" for name, p in one.presets.items())
        print(f"{slug}: {one.name['en']}. {lengths}")


def add_facilitator(name: str) -> None:
    """Print a link that is shown only this once."""
    from .config import Config
    from .register import Register

    config = Config.from_env(os.environ)
    key = Register(Path(config.data_dir) / "register.db").add_facilitator(name)
    print(f"{config.public_url}/?host={key}")


if __name__ == "__main__":
    main()
