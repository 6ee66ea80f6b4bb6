"""Every error that a user can meet, and what the user can do about it.

An error's message says *what* happened, ``where`` names the item that it happened to, and ``remedy`` says what
the user can do. Errors cross from JavaScript as ``{type, message, where}``; `from_message` gives them their
class back.
"""

from __future__ import annotations


class SemblanceError(Exception):
    """Base of all errors that are shown to a user.

    Parameters
    ----------
    message : str
        What happened, in one sentence without the item's name.
    where : str, optional
        The item it happened to: a file name, an id, a collection.
    remedy : str, optional
        What the user can do in this case, if that is not what the class says.

    Examples
    --------
    >>> str(EmptyDocument("there is no text in it", where="notes/a.md"))
    'notes/a.md: there is no text in it. Add some text, or leave the file out.'
    """

    remedy = ""

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy or self.remedy

    def __str__(self) -> str:
        prefix = f"{self.where}: " if self.where else ""
        suffix = f" {self.remedy}" if self.remedy else ""
        return f"{prefix}{self.message.rstrip('.')}.{suffix}"


# --- what a user adds -------------------------------------------------------------------------------


class InputError(SemblanceError):
    """One item can't be read; the others are not affected."""


class EmptyDocument(InputError):
    remedy = "Add some text, or leave the file out."


class TooLarge(InputError):
    remedy = "Split it into smaller files and add those."


class UnknownEncoding(InputError):
    remedy = "Save the file as UTF-8 and add it again."


class Malformed(InputError):
    remedy = "Correct it and add the file again."


class ReaderFailed(InputError):
    """A reader met something that it was not written for. The error's cause is what the reader raised."""

    remedy = "Save it in another format and add that, or leave it out; the other files are not affected."


class UnsafeArchive(InputError):
    remedy = "Unpack the archive yourself and add the files that you trust."


class NotAnImage(InputError):
    remedy = (
        "Open it in a picture viewer to see whether it is sound, and save it as JPEG, PNG, WebP, GIF or AVIF."
    )


class ImageTooLarge(InputError):
    remedy = "Make the picture smaller and add it again."


class MissingPicture(InputError):
    remedy = "Add the picture together with its table, or leave the row out."


class NoImageModel(InputError):
    remedy = "Use a collection whose model sees pictures, or build the site with an image model."


class DuplicateId(InputError):
    remedy = "Give each item an id of its own; the first one was kept."


class UnsupportedFormat(InputError):
    """Nothing is wrong with the file; Semblance does not read such files. See `semblance.ingest.kinds`."""

    remedy = "Save it in a format that Semblance reads, or leave it out."


class NotText(UnsupportedFormat):
    remedy = "Save it as a text, or leave it out."


class BadBackup(InputError):
    remedy = "Choose a file that Semblance's “Back up” wrote."


# --- models -----------------------------------------------------------------------------------------


class ModelError(SemblanceError):
    """A model's files are missing, damaged or not of a kind that Semblance can run."""

    remedy = "Reload the page; if that does not help, build the site again with `python build.py`."


class NeedsNetwork(ModelError):
    """A file of the site is not kept in this browser, and can't be fetched now."""

    remedy = (
        "Go online and try again. “Make all of it available” under Collections keeps the whole site "
        "for use without a network."
    )


class WordsLeftOut(ModelError):
    """The double-click edition was made without the words of a language."""

    remedy = "Make the edition again with the language: `python build.py offline --languages`."


class NoWorkers(SemblanceError):
    """The browser does not let the page start workers. WebKit does this to a page that was opened as a file."""

    remedy = "Open the page in Chromium or Firefox, or from a web server."


class TookTooLong(SemblanceError):
    remedy = "Look for a loop that does not end, or give it less to do, and run it again."


class Stopped(SemblanceError):
    remedy = "Run it again when you like."


class BrokeDown(SemblanceError):
    """The labs' Python broke down. Another one is started."""

    remedy = "Run it again; what the code did before is gone."


class StaleCollection(SemblanceError):
    """The collection's vectors were made by another model or with other settings."""

    remedy = "Embed the collection again (Collections, “Embed again”); its texts are kept."


# --- collections ------------------------------------------------------------------------------------


class UnknownItem(SemblanceError, KeyError):
    remedy = "Check the id; `ids()` lists those that there are."

    __str__ = SemblanceError.__str__  # KeyError's own would show the repr


class UnknownCollection(SemblanceError, KeyError):
    remedy = "Create it first, or choose another."

    __str__ = SemblanceError.__str__


class NameTaken(SemblanceError):
    remedy = "Choose another name."


class BadName(SemblanceError):
    remedy = "Give it a name with at least one letter."


# --- the store --------------------------------------------------------------------------------------


class StoreError(SemblanceError):
    """The store can't do what was asked."""


class StoreUnavailable(StoreError):
    remedy = "Leave private browsing, or allow this site to store data; until then nothing is kept after the page closes."


class StoreBlocked(StoreError):
    remedy = "Close the other tabs that show Semblance, then reload this one."


class DamagedCollection(StoreError):
    """The stored data of a collection is not as this version writes it."""

    remedy = (
        "Nothing of it was changed, and the others are not affected. "
        "Restore a backup of it, or delete it under Collections."
    )


class DamagedItem(StoreError):
    remedy = "Delete it and add it again; the others are not affected."


class QuotaExceeded(StoreError):
    remedy = "Delete a collection that you no longer need, or free disk space, and try again; what was stored is safe."


class SchemaTooNew(StoreError):
    remedy = "Reload the page to get the newer version of Semblance that wrote this data."


# --- a blog's site ----------------------------------------------------------------------------------


class Unreadable(InputError):
    remedy = "See that it is there and may be read, or leave it out."


class NoTitle(InputError):
    remedy = "Give the page a <title> or a heading."


class NoPlace(InputError):
    remedy = "Put <!-- semblance:related --> where the list is to stand."


class SiteError(SemblanceError):
    """A site can't be worked on; nothing was written."""


class NoPosts(SiteError):
    remedy = (
        "Mark posts with data-semblance-body, or see what --min-words, --include and --exclude leave out."
    )


class NotOurs(SiteError):
    remedy = "Move it out of the way."


def _subclasses(cls: type[SemblanceError]) -> dict[str, type[SemblanceError]]:
    classes = {cls.__name__: cls}
    for sub in cls.__subclasses__():
        classes |= _subclasses(sub)
    return classes


def from_message(type: str, message: str, where: str = "") -> SemblanceError:
    """The error that a message from JavaScript stands for.

    Parameters
    ----------
    type : str
        Name of a class in this module; an unknown one gives a plain `SemblanceError`.
    message, where : str
        As for `SemblanceError`.

    Examples
    --------
    >>> from_message("QuotaExceeded", "the browser's storage is full", "notes")  # doctest: +ELLIPSIS
    QuotaExceeded("the browser's storage is full")
    """
    return _subclasses(SemblanceError).get(type, SemblanceError)(message, where=where)
