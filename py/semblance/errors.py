"""Every error that a user can meet.

An error's message says *what* happened, ``where`` names the item that it happened to, and the remedy says what the user can
do. All three can be said in any language: an error holds the keys of its texts, which stand in ``messages/LANGUAGE/``. What
users can do is in ``errors.toml`` there, by the error's class. Errors cross from JavaScript as
``{type, key, values, message, where}``; `from_message` gives them their class back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from semblance.messages import CORE, ENGLISH, Message


class SemblanceError(Exception):
    """Base of all errors that are shown to a user.

    Parameters
    ----------
    key : str or Message
        What happened, or the key of that: one sentence without the item's name. The words of another program's error may
        stand in its place.
    where : str, optional
        The item it happened to: a file name, an id, a collection.
    remedy : str or Message, optional
        What the user can do in this case, or its key, if that is not what the class says.
    **values
        For the message's placeholders.

    Examples
    --------
    >>> error = EmptyDocument("ingest.no_text", where="notes/a.md")
    >>> str(error)
    'notes/a.md: there is no text in it. Add some text, or leave the file out.'
    >>> error.said("zh-Hant")
    'notes/a.md：裡面沒有文字。請加上文字，或不要加入這個檔案。'
    """

    def __init__(
        self, key: str | Message, /, *, where: str = "", remedy: str | Message = "", **values: object
    ) -> None:
        self.text = key if isinstance(key, Message) else Message(key, **values)
        self.where = where
        self._remedy = Message(remedy) if isinstance(remedy, str) and remedy else remedy or None
        super().__init__(self.text.key)

    @property
    def message(self) -> str:
        """What happened, in English."""
        return str(self.text)

    def at(self, where: str) -> Self:
        """The same error of something that this error's item is in, or stands for."""
        inside = self.where if self.where != where else ""
        text = Message("collections.by", where=inside, message=self.text) if inside else self.text
        return type(self)(text, where=where, remedy=self.remedy or "")

    @property
    def remedy(self) -> Message | None:
        """What the user can do; None if there is nothing."""
        return self._remedy or _remedy_of(type(self))

    def __str__(self) -> str:
        """All of it in English, for programs and logs."""
        return self.said(ENGLISH)

    def said(self, language: str = "") -> str:
        """What happened, where, and what the user can do, in a language; by default in the one that users read."""
        message = self.text.said(language).rstrip(".。")
        if self.where:
            error = Message("errors.placed", where=self.where, message=message)
        else:
            error = Message("errors.error", message=message)
        remedy = self.remedy
        return (
            Message("errors.with_remedy", error=error, remedy=remedy).said(language)
            if remedy
            else error.said(language)
        )


def _remedy_of(cls: type) -> Message | None:
    """What users can do about errors of a class, or of the nearest of those that it is a kind of."""
    remedies = CORE.read(ENGLISH, "errors")["remedies"]
    name = next((base.__name__ for base in cls.__mro__ if base.__name__ in remedies), None)
    return Message(f"errors.remedies.{name}") if name else None


# --- what a user adds -------------------------------------------------------------------------------


class InputError(SemblanceError):
    """One item can't be read; the others are not affected."""


class EmptyDocument(InputError):
    """There is no text in it."""


class TooLarge(InputError):
    """It is larger than what is read."""


class UnknownEncoding(InputError):
    """Its bytes can't be read as text."""


class Malformed(InputError):
    """It is not as its format demands."""


class ReaderFailed(InputError):
    """A reader met something that it was not written for. The error's cause is what the reader raised."""


class UnsafeArchive(InputError):
    """Unpacking it could fill the memory or write where it should not."""


class UnsafeDocument(InputError):
    """Reading it could take all time or all memory."""


class NotAnImage(InputError):
    """It is no picture that can be shown."""


class ImageTooLarge(InputError):
    """It has more bytes or pixels than what is read."""


class MissingPicture(InputError):
    """A row of a table describes a picture that is not there."""


class NoImageModel(InputError):
    """The collection's model does not see pictures."""


class DuplicateId(InputError):
    """Another item has the same id."""


class UnsupportedFormat(InputError):
    """Nothing is wrong with the file; Semblance does not read such files. See `semblance.ingest.kinds`."""


class NotText(UnsupportedFormat):
    """It is called a text, but holds none."""


class BadBackup(InputError):
    """It is no backup, or is not as it was written."""


# --- models -----------------------------------------------------------------------------------------


class ModelError(SemblanceError):
    """A model's files are missing, damaged or not of a kind that Semblance can run."""


class NeedsNetwork(ModelError):
    """A file of the site is not kept in this browser, and can't be fetched now."""


class WordsLeftOut(ModelError):
    """The double-click edition was made without the words of a language."""


class NoWorkers(SemblanceError):
    """The browser does not let the page start workers. WebKit does this to a page that was opened as a file."""


class TookTooLong(SemblanceError):
    """A learner's code took longer than it may."""


class Stopped(SemblanceError):
    """The user has stopped it."""


class BrokeDown(SemblanceError):
    """The labs' Python broke down. Another one is started."""


class StaleCollection(SemblanceError):
    """The collection's vectors were made by another model or with other settings."""


# --- collections ------------------------------------------------------------------------------------


class BadArgument(SemblanceError):
    """A program has called the API with something that it does not take."""


class UnknownItem(SemblanceError, KeyError):
    """There is no item with this id."""

    __str__ = SemblanceError.__str__  # KeyError's own would show the repr


class UnknownCollection(SemblanceError, KeyError):
    """There is no collection of this name."""

    __str__ = SemblanceError.__str__


class NameTaken(SemblanceError):
    """There is a collection of that name already."""


class BadName(SemblanceError):
    """A collection can't have this name."""


# --- the store --------------------------------------------------------------------------------------


class StoreError(SemblanceError):
    """The store can't do what was asked."""


class StoreUnavailable(StoreError):
    """The browser keeps nothing for this page."""


class StoreBlocked(StoreError):
    """Somebody else holds the stored data."""


class StoreClosed(StoreError):
    """The stored data was cleared or taken over while the page was open."""


class DamagedCollection(StoreError):
    """The stored data of a collection is not as this version writes it."""


class DamagedItem(StoreError):
    """The stored data of an item is not as this version writes it."""


class QuotaExceeded(StoreError):
    """There is no room for more."""


class SchemaTooNew(StoreError):
    """A newer version wrote the stored data."""


# --- a blog's site ----------------------------------------------------------------------------------


class Unreadable(InputError):
    """A file or folder can't be read."""


class NoTitle(InputError):
    """A page has no title."""


class NoPlace(InputError):
    """A page has no place for the list of related posts."""


class OutsideSite(InputError):
    """A page of a site is a link to a file that is not in the site."""


class SiteError(SemblanceError):
    """A site can't be worked on; nothing was written."""


class NoPosts(SiteError):
    """A site has no posts."""


class NotOurs(SiteError):
    """Something of that name was not written by Semblance."""


def _subclasses(cls: type[SemblanceError]) -> dict[str, type[SemblanceError]]:
    classes = {cls.__name__: cls}
    for sub in cls.__subclasses__():
        classes |= _subclasses(sub)
    return classes


def from_message(
    type: str,
    message: str,
    where: str = "",
    key: str = "",
    values: Mapping[str, Any] | None = None,
    remedy: str = "",
) -> SemblanceError:
    """The error that a message from JavaScript, or from another Python, stands for.

    Parameters
    ----------
    type : str
        Name of a class in this module; an unknown one gives a plain `SemblanceError`.
    message : str
        What happened, in English. It is shown if there is no key.
    where, key, values, remedy
        As for `SemblanceError`.

    Examples
    --------
    >>> print(from_message("StoreUnavailable", "", key="scripts.no_storage").message)
    this browser has no storage for pages
    """
    cls = _subclasses(SemblanceError).get(type, SemblanceError)
    return cls(key or message, where=where, remedy=remedy, **(values or {}))
