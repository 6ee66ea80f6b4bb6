"""The address of a site's root, as far as its pages show it, and addresses relative to the root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from posixpath import relpath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from semblance.blog.posts import key_of, url_of

_NOWHERE = "http://nowhere.invalid"  # stands for the site's host while that is not known
_SAFE = "/~!$&'()*+,;=@%:"


@dataclass(frozen=True, slots=True)
class Base:
    """The address of a site's root.

    Parameters
    ----------
    origin : str
        Scheme and host; empty if not known.
    path : str
        It begins and ends with a slash.
    is_known : bool
        Whether the path is what the site's pages say, and not only assumed.

    Examples
    --------
    >>> base = Base.from_url("https://example.org/blog")
    >>> base.key_of_canonical("posts/a.html", "https://example.org/blog/posts/a")
    'posts/a'
    >>> Base.from_url("example.org/blog/") == base, Base.from_url("/blog/")
    (True, Base(origin='', path='/blog/', is_known=True))
    >>> base.relative("/blog/img/a.jpg", "posts/a.html"), base.relative("b.jpg", "posts/a.html")
    ('img/a.jpg', 'posts/b.jpg')
    """

    origin: str = ""
    path: str = "/"
    is_known: bool = False

    @classmethod
    def from_url(cls, url: str) -> Base:
        """The base at an address that a user gives."""
        parts = urlsplit(url if "://" in url or url.startswith("/") else f"https://{url}")
        path = "/" + unquote(parts.path).strip("/")
        return cls(_origin(parts), path if path == "/" else path + "/", is_known=True)

    @property
    def url(self) -> str:
        """The whole address, percent-encoded."""
        return (self.origin or _NOWHERE) + quote(self.path, safe=_SAFE)

    def key_of_canonical(self, file: str, canonical: str) -> str:
        """The key that a page's canonical address names: the page's own without one, empty if it is elsewhere."""
        return self.key_of_address(canonical, file) if canonical else key_of(file)

    def key_of_address(self, address: str, file: str, base_href: str = "") -> str:
        """The key that an address in a page names; empty if it is elsewhere."""
        parts = split(address, split(base_href, self.url + url_of(file)).geturl())
        path = unquote(parts.path)
        if self.origin and _host(parts) != _host(urlsplit(self.origin)):
            return ""
        return key_of(path[len(self.path) :]) if f"{path}/".startswith(self.path) else ""

    def key_of_link(self, link: str) -> str:
        """The key of an address of the site, such as a feed's link; empty if the address is elsewhere."""
        return self.key_of_canonical("index.html", link) if link else ""

    def relative(self, href: str, file: str) -> str:
        """An address in a page, made relative to the site's root; absolute if it leads elsewhere.

        It is empty for an address that neither begins with ``http`` nor names a file of the site.
        """
        parts = split(href.strip(), self.url + url_of(file))
        if parts.scheme not in ("http", "https"):
            return ""
        if _host(parts) != _host(urlsplit(self.url)):
            return parts.geturl()
        path = quote(unquote(parts.path), safe="/~!$&'()*+,;=@")
        inside = quote(self.path, safe="/~!$&'()*+,;=@")
        if path.startswith(inside):
            return path.removeprefix(inside) + (f"?{parts.query}" if parts.query else "")
        return parts.geturl() if self.origin else ""

    def link(self, file: str, url: str, base_href: str = "") -> str:
        """An address of the site, as a page writes it.

        Where the site's path is known, it begins with it, so that it holds under any address that a host gives the page.

        Parameters
        ----------
        file : str
            The page's.
        url : str
            Relative to the site's root.
        base_href : str
            What the page's other addresses are relative to, if not to the page.

        Examples
        --------
        >>> Base().link("posts/a/index.html", "posts/b/"), Base.from_url("/blog").link("posts/a.html", "posts/b.html")
        ('../b/', '/blog/posts/b.html')
        """
        here = split(base_href, self.url + url_of(file))
        if base_href and _host(here) != _host(urlsplit(self.url)) and self.origin:
            return self.url + url
        if self.is_known:
            return quote(self.path, safe=_SAFE) + ("" if url == "./" else url)
        folder = here.path.rpartition("/")[0] + "/"
        target = quote(self.path, safe=_SAFE) + url
        return relpath(target, folder) + "/" * url.endswith("/")


def infer_base(base_url: str, pages: Iterable[tuple[str, str]]) -> Base:
    """The base that the user gives, or the one that most canonical addresses agree on.

    Parameters
    ----------
    base_url : str
        Empty if the user gives none.
    pages : iterable of (str, str)
        Files relative to the site's root, and their canonical addresses.

    Examples
    --------
    >>> infer_base("", [("posts/a/index.html", "https://example.org/blog/posts/a/")])
    Base(origin='https://example.org', path='/blog/', is_known=True)
    """
    if base_url:
        return Base.from_url(base_url)
    votes = Counter(base for file, canonical in pages if (base := _own_base(file, canonical)))
    return min(votes, key=lambda base: (-votes[base], base.origin, base.path), default=Base())


def _own_base(file: str, canonical: str) -> Base | None:
    """The base with which a canonical address is the page's own; None if there is none."""
    parts = split(canonical)
    path, key = unquote(parts.path), key_of(file)
    if not parts.netloc or not path.startswith("/"):
        return None
    if key == "index":
        return (
            Base(_origin(parts), path.removesuffix("index.html"), is_known=True)
            if path.endswith(("/", "/index.html"))
            else None
        )
    named = "/" + key_of(path)
    return Base(_origin(parts), named[: -len(key)], is_known=True) if named.endswith("/" + key) else None


def split(url: str, base: str = "") -> SplitResult:
    """The parts of an address; all empty where it is none."""
    try:
        return urlsplit(urljoin(base, url))
    except ValueError:  # such as brackets that are no IPv6 address
        return urlsplit("")


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme or 'https'}://{parts.netloc}" if parts.netloc else ""


def _host(parts: SplitResult) -> str:
    return parts.netloc.lower().removeprefix("www.")
