"""How far the models have loaded, at the foot of the page; which are in use, among the collections."""

from __future__ import annotations

from collections.abc import Callable

from semblance.browser import ffi
from semblance.browser.pages.dom import by_id
from semblance.browser.pages.words import counted, words
from semblance.ports import Encoders
from semblance.wording import size


class Status:
    """What there is to say of the models."""

    def __init__(self) -> None:
        self._of_model: Callable[[], str] | None = None
        self._is_loading = False

    def speak(self) -> None:
        """Say it again, in the page's language."""
        if self._of_model is not None:
            self._say(self._of_model, self._is_loading)

    def show_model(self, encoders: Encoders | None) -> None:
        """Name the models in use. For None, while they are loading, the line stays as it is."""
        if encoders is None:
            return
        names = [encoders.text.name]
        if encoders.image and encoders.image.name not in names:
            names.append(encoders.image.name)
        models = " + ".join(names)
        self._say(lambda: counted("status.model", ffi.threads, models=models))

    def show_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the text model have arrived."""
        if loaded < total:
            self._say_loading(lambda: words("status.loading", loaded=size(loaded), total=size(total)))
        else:
            self._say_loading(lambda: words("status.preparing"))

    def show_image_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the image model have arrived."""
        self._say_loading(lambda: words("status.loading_pictures", loaded=size(loaded), total=size(total)))

    def show_words_progress(self, loaded: int, total: int) -> None:
        """Say how many bytes of the rows for the words of texts have arrived."""
        self._say_loading(lambda: words("status.loading_words", loaded=size(loaded), total=size(total)))

    def say_waiting(self) -> None:
        """Say that an answer waits for the model."""
        self._say_loading(lambda: words("status.waiting"))

    def say_undecided(self) -> None:
        """Say that the first texts choose the model."""
        self._say(lambda: words("status.undecided"))

    def _say_loading(self, text: Callable[[], str]) -> None:
        self._say(text, is_loading=True)

    def _say(self, text: Callable[[], str], is_loading: bool = False) -> None:
        """Say it among the collections. What goes on now is said in all rooms."""
        self._of_model, self._is_loading = text, is_loading
        by_id("model-status").textContent = text()
        by_id("loading-status").textContent = text() if is_loading else ""
