"""A real server and a real Chromium. What a test starts is stopped by what started it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.browsers import Conversation, Crowd, chromium
from tests.server import Server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server process for a file of tests."""
    with Server() as started:
        yield started


@pytest.fixture
def crowd(browser: Browser, server: Server) -> Iterator[Crowd]:
    """The browsers of one test. An error on any page, or a word to another host, fails it."""
    people = Crowd(browser, server)
    yield people
    people.close()
    people.assert_calm()


@pytest.fixture
def begin(crowd: Crowd) -> Iterator[Callable[..., Conversation]]:
    """Begins a conversation of its own wishes."""
    begun: list[Conversation] = []

    def begin(**wishes: Any) -> Conversation:
        begun.append(Conversation(crowd, **wishes))
        return begun[-1]

    yield begin
    for one in begun:
        one.close()


@pytest.fixture
def conversation(begin: Callable[..., Conversation]) -> Conversation:
    """A fresh conversation: its welcome is on the screen."""
    return begin()
