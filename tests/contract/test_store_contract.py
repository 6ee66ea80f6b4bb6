"""Every store keeps one contract."""

from __future__ import annotations

import pytest

from contract.adapters import Adapter, Check
from contract.store_contract import CHECKS


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_store(adapter: Adapter, check: Check) -> None:
    adapter.run(check)
