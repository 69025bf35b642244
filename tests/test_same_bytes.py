"""Two conversations with the same final content give the same bytes: five hundred pairs of them."""

from __future__ import annotations

from tests.test_anonymity import same_bytes


def test_five_hundred_pairs_of_histories_give_equal_bytes(build, reopen):
    """504 pairs: each of 18 contents in eight histories, every one against every other."""
    assert same_bytes(build, reopen, range(18)) == 504
