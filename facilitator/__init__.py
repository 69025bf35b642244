"""Steentje: conversations on the shop floor. `create_app` wires the parts and decides nothing.

Importing this package imports no Flask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .config import Config

if TYPE_CHECKING:
    from flask import Flask

LARGEST_FORM = 64 * 1024  # bytes
LARGEST_FRAME = 16 * 1024  # bytes


def create_app(config: Config) -> Flask:
    """The whole product as one WSGI application; what must be run beside it is in
    `app.extensions`: desk, line, committer."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config.update(
        SECURE=config.secure,
        DEFAULT_LANG=config.default_lang,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        CARE_TEXT=config.care_text,
    )
    furnish(app, config)
    open_doors(app)
    if hops := config.trusted_proxies:  # outermost: sockets too come from where the proxy says
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def furnish(app: Flask, config: Config) -> None:
    """The desk, what people see of it, and the live line, each with what it needs."""
    from flask_socketio import SocketIO

    from . import runtime
    from .archive import Archive
    from .desk import Desk
    from .limits import Turnstile
    from .live import Line
    from .register import Register
    from .store import Writer
    from .web.assets import Assets
    from .web.faces import Faces
    from .web.papers import standalone

    committer = runtime.Committer(Writer())
    register, archive = Register(config.data_dir / "register.db"), Archive(config.data_dir)
    desk = Desk(config.data_dir, register, archive, committer, digits=config.join_code_digits)
    desk.forget = committer.forget
    faces, turnstile = Faces(desk, Assets(), config.public_url, config.host_key), Turnstile()
    archive.report = standalone(faces, register)
    runtime.frame_once()
    sockets = SocketIO(
        app, async_mode=runtime.ASYNC_MODE, max_http_buffer_size=LARGEST_FRAME, ping_interval=25,
        ping_timeout=20, manage_session=False, logger=False, engineio_logger=False,
        http_compression=False, allow_upgrades=True,
    )  # fmt: skip
    line = Line(desk, faces, sockets.server, turnstile)
    app.extensions.update(
        desk=desk, faces=faces, turnstile=turnstile, line=line, committer=committer
    )


def open_doors(app: Flask) -> None:
    """All pages."""
    from .web.conversation import conversation
    from .web.home import home
    from .web.house import house
    from .web.papers import papers
    from .web.series import series

    for pages in (home, papers, series, conversation, house):
        app.register_blueprint(pages)
