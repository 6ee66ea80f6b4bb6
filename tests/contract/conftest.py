from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.register_assert_rewrite("contract.store_contract", "contract.collection_contract")

from contract.adapters import ADAPTERS, Adapter  # noqa: E402 - the rewriting comes first


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    make: Callable[[pytest.FixtureRequest], Adapter] = request.param
    return make(request)
