"""The line at the foot of the page: the model in use, or how far it has loaded, and what is stored."""

from __future__ import annotations

from semblance.browser import ffi
from semblance.browser.pages.dom import by_id
from semblance.ports import Encoders
from semblance.records import Usage
from semblance.wording import count, size


class Status:
    """The words of the line."""

    def show_model(self, encoders: Encoders | None) -> None:
        """Name the models in use. For None, while they are loading, the line stays as it is."""
        if encoders is None:
            return
        names = [encoders.text.name]
        if encoders.image and encoders.image.name not in names:
            names.append(encoders.image.name)
        self._say_of_model(" · ".join([" + ".join(names), count(ffi.threads, "thread")]))

    def show_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the text model have arrived."""
        text = f"Loading the model: {size(loaded)} of {size(total)}"
        self._say_of_model(text if loaded < total else "Preparing the model…")

    def show_image_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the image model have arrived."""
        self._say_of_model(f"Loading the model for pictures: {size(loaded)} of {size(total)}")

    def say_waiting(self) -> None:
        """Say that an answer waits for the model."""
        self._say_of_model("Loading the model; the answer comes as soon as it is ready…")

    def show_usage(self, usage: Usage) -> None:
        """Say how much is stored, and whether the browser keeps it."""
        stored = "stored in this browser"
        words = [stored if usage.used is None else f"{size(usage.used)} {stored}"]
        if usage.persisted is not None:
            words.append(
                "kept until you delete it" if usage.persisted else "may be cleared when space runs short"
            )
        by_id("storage-status").textContent = ", ".join(words)

    def _say_of_model(self, text: str) -> None:
        by_id("model-status").textContent = text
