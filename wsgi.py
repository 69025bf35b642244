"""Start Steentje: `python wsgi.py`. Settings come from the environment; see README.md."""

from facilitator import runtime

runtime.patch()

import errno
import logging
import os
import sys

from facilitator import create_app
from facilitator.config import Config, Nonsense
from facilitator.names import PRODUCT
from facilitator.register import NewerData
from facilitator.web import qr

WAKE = 1.0  # seconds between two looks at the clock


def refuse(sentence: str) -> None:
    """One clear sentence, and exit code 2."""
    print(f"{PRODUCT}: {sentence}", file=sys.stderr)
    raise SystemExit(2)


def tell(config: Config) -> None:
    """The links that somebody needs, and a code to scan."""
    link = f"{config.public_url}/?host={config.host_key}"
    print(f"\n{PRODUCT} runs.\n\n  You lead:    {link}\n  They join:   {config.public_url}\n")
    print(qr.in_terminal(link))
    print(
        "\nScan this to lead from your phone. Keep this link to yourself. Stop: Ctrl-C\n",
        flush=True,
    )


def keep_waking(desk: object) -> None:
    """Do what must happen at a time. A wake-up is a hint: the clock decides."""
    while True:
        runtime.sleep(WAKE)
        try:
            desk.wake()  # type: ignore[attr-defined]
        except Exception:
            logging.getLogger("facilitator").exception("a wake-up failed")


def main() -> None:
    """Check everything, take up what was running, serve until stopped."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    runtime.no_core_dumps()
    try:
        config = Config.from_env(os.environ)
        door = runtime.listen(config.host, config.port)
        app = create_app(config)
        desk, line = app.extensions["desk"], app.extensions["line"]
        desk.take_up()
    except Nonsense as no:
        refuse(str(no))
    except NewerData as data:
        refuse(f"{data} was written by a newer version. Upgrade, or use another DATA_DIR.")
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            refuse(f"{problem.filename or 'the network'}: {problem.strerror}.")
        refuse(f"port {config.port} is taken. Stop what uses it, or set PORT.")
    runtime.spawn(keep_waking, desk)
    runtime.spawn(line.faces.render.warm, lambda: runtime.sleep(0))
    tell(config)

    def stop() -> None:
        line.stop()
        app.extensions["committer"].settle()

    runtime.serve(app, door, stop)


if __name__ == "__main__":
    main()
