"""The machine, the versions and the date of a measurement."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from semblance.parts import vendor
from semblance.version import __version__
from semblance_build.benchmark import peer


def describe() -> dict[str, Any]:
    """Machine, versions and date, for the report."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "memory_gb": _memory_gb(),
            "system": f"{platform.system()} {platform.release()}",
        },
        "versions": _versions(),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float | None:
    if "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)


def _versions() -> dict[str, str]:
    packages = ("numpy", "onnxruntime", "playwright", "tokenizers")
    return (
        {"semblance": __version__, "python": platform.python_version()}
        | {f"{name} (CPython)": metadata.version(name) for name in packages}
        | {file.name: file.version for file in vendor.read_lock()}
        | {"@huggingface/transformers": peer.VERSION, "onnxruntime-web of it": peer.ORT_VERSION}
    )
