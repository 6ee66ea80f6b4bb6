"""The short forms of ``python build.py soak``: the same work, a few times. They start browsers of their own."""

from __future__ import annotations

import pytest

from semblance_build.soak import assets, kills, session


@pytest.mark.usefixtures("dist", "chromium")
def test_what_was_confirmed_outlives_a_kill() -> None:
    outcome = kills.soak(number=4, seed=4)
    assert outcome.faults == []
    assert outcome.figures["items checked"] > 0


@pytest.mark.usefixtures("dist", "chromium")
def test_a_page_without_a_file_works_or_says_so() -> None:
    outcome = assets.soak(number=3, seed=3, visits={"texts": assets.VISITS["texts"]})
    assert outcome.faults == []
    assert outcome.tried == 3


@pytest.mark.usefixtures("dist", "chromium")
def test_memory_and_proxies_end_where_they_began() -> None:
    outcome = session.soak(number=8, seed=1)
    assert outcome.faults == []
    assert outcome.tried > 0
