"""A collection works alike over every store."""

from __future__ import annotations

import pytest

from contract.adapters import Adapter, Check
from contract.collection_contract import CHECKS


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_collection(adapter: Adapter, check: Check) -> None:
    adapter.run(check)
