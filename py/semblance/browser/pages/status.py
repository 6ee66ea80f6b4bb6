"""The line at the foot of the page: the model in use, or how far it has loaded, and what is stored."""

from __future__ import annotations

from collections.abc import Callable

from semblance.browser import ffi
from semblance.browser.pages.dom import by_id
from semblance.browser.pages.words import counted, words
from semblance.ports import Encoders
from semblance.records import Usage
from semblance.wording import size

# By whether the browser keeps it; None where the browser does not tell.
STORED = {None: "status.stored", True: "status.stored_kept", False: "status.stored_may_go"}
SIZE_STORED = {
    None: "status.size_stored",
    True: "status.size_stored_kept",
    False: "status.size_stored_may_go",
}


class Status:
    """The words of the line."""

    def __init__(self) -> None:
        self._of_model: Callable[[], str] | None = None
        self._usage: Usage | None = None

    def speak(self) -> None:
        """Say it again, in the page's language."""
        if self._of_model is not None:
            self._say_of_model(self._of_model)
        if self._usage is not None:
            self.show_usage(self._usage)

    def show_model(self, encoders: Encoders | None) -> None:
        """Name the models in use. For None, while they are loading, the line stays as it is."""
        if encoders is None:
            return
        names = [encoders.text.name]
        if encoders.image and encoders.image.name not in names:
            names.append(encoders.image.name)
        models = " + ".join(names)
        self._say_of_model(lambda: counted("status.model", ffi.threads, models=models))

    def show_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the text model have arrived."""
        if loaded < total:
            self._say_of_model(lambda: words("status.loading", loaded=size(loaded), total=size(total)))
        else:
            self._say_of_model(lambda: words("status.preparing"))

    def show_image_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the image model have arrived."""
        self._say_of_model(lambda: words("status.loading_pictures", loaded=size(loaded), total=size(total)))

    def show_words_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the rows for the words of texts have arrived."""
        self._say_of_model(lambda: words("status.loading_words", loaded=size(loaded), total=size(total)))

    def say_waiting(self) -> None:
        """Say that an answer waits for the model."""
        self._say_of_model(lambda: words("status.waiting"))

    def say_undecided(self) -> None:
        """Say that the first texts choose the model."""
        self._say_of_model(lambda: words("status.undecided"))

    def show_usage(self, usage: Usage) -> None:
        """Say how much is stored, and whether the browser keeps it."""
        self._usage = usage
        by_id("storage-status").textContent = (
            words(STORED[usage.persisted])
            if usage.used is None
            else words(SIZE_STORED[usage.persisted], size=size(usage.used))
        )

    def _say_of_model(self, text: Callable[[], str]) -> None:
        self._of_model = text
        by_id("model-status").textContent = text()
