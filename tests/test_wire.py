"""Frames of a WebSocket, as they go out."""

import zlib

import pytest

from facilitator.wire import AT_ONCE, Frames, agreed, framed

LONG = "Het licht is te zwak bij lijn 7, elke dag. ❄ " * 40


def body(frame: bytes) -> bytes:
    """The payload, by the length in the frame."""
    start, size = {126: (4, frame[2:4]), 127: (10, frame[2:10])}.get(frame[1], (2, frame[1:2]))
    assert len(frame) - start == int.from_bytes(size, "big")
    return frame[start:]


def inflated(frame: bytes) -> bytes:
    return zlib.decompressobj(-15).decompress(body(frame) + b"\x00\x00\xff\xff")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_a_frame_says_how_long_it_is(size: int):
    frame = framed("x" * size, deflate=False)
    assert frame[0] == 0x81
    assert body(frame) == b"x" * size


def test_a_long_text_is_deflated_for_who_can_read_that_and_for_nobody_else():
    assert body(framed(LONG, deflate=False)) == LONG.encode()
    frame = framed(LONG, deflate=True)
    assert frame[0] == 0xC1
    assert inflated(frame) == LONG.encode()
    assert len(frame) < len(LONG) / 5


def test_a_short_text_is_never_deflated():
    assert framed("2", deflate=True) == b"\x81\x012"


def test_each_frame_stands_by_itself():
    assert framed(LONG, deflate=True) == framed(LONG, deflate=True)


def test_the_same_text_is_framed_once_for_all_and_let_go():
    frames = Frames()
    first = frames.of(LONG, deflate=True)
    assert frames.of(LONG, deflate=True) is first
    assert frames.of(LONG, deflate=False) != first
    frames.clear()
    assert frames.of(LONG, deflate=True) is not first


def test_another_text_in_the_same_place_is_another_frame():
    frames = Frames()
    for n in range(200):  # freed objects give their place, and so their id, to the next
        text = f"{n} {LONG}"
        assert inflated(frames.of(text, deflate=True)) == text.encode()
    assert len(frames.made) <= AT_ONCE


def test_what_is_agreed_leaves_no_memory_on_either_side():
    asked = {"server_no_context_takeover": False, "client_max_window_bits": 15}
    yes = agreed(asked)
    assert yes and yes["server_no_context_takeover"] and yes["client_no_context_takeover"]


def test_a_window_of_another_size_is_declined():
    assert agreed({"server_max_window_bits": 10}) is None
    assert agreed({"server_max_window_bits": 15}) is not None
    assert agreed(None) is None
