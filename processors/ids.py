"""Identifiers made from content, so that a message that arrives twice changes nothing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

# Query parameters that say where a reader came from, not what the page is.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|cmpid|ocid|smid|partner)$", re.IGNORECASE
)
_NOT_IN_A_PATH = re.compile(r"[\s\x00-\x20\x7f]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def digest(*parts: str, size: int = 16) -> str:
    """Hexadecimal digest of ``size`` characters over the parts, unambiguous about where one part ends."""
    hashed = hashlib.blake2b(digest_size=size // 2)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hashed.update(len(data).to_bytes(8, "little"))
        hashed.update(data)
    return hashed.hexdigest()


def normalise_url(url: str) -> str:
    """The same page under one spelling: lower-case host, no default port, fragment or tracking parameters.

    A URL that cannot be parsed is returned stripped, since it still identifies the article.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host = _host(parts)
        named = parse_qsl(parts.query, keep_blank_values=True)
        query = urlencode(sorted((name, value) for name, value in named if not _TRACKING.match(name)))
    except ValueError:
        return url
    if not host:
        return url
    # As browsers do it; a space at the end would otherwise be lost when this is normalised again.
    path = _NOT_IN_A_PATH.sub(lambda found: quote(found[0]), parts.path.rstrip("/")) or "/"
    return urlunsplit((parts.scheme, host, path, query, ""))


def _host(parts: SplitResult) -> str:
    """Host and port, where the port is not the scheme's own; empty where there is no host. Raises ValueError."""
    host, port = (parts.hostname or "").rstrip("."), parts.port
    if not host:
        return ""
    if ":" in host:
        host = f"[{host}]"
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def article_id(url: str, text: str) -> str:
    """Identifier of one version of an article: its normalised URL and its text."""
    return digest("article", normalise_url(url), text)


def statement_id(article: str, spans: tuple[tuple[int, int], ...], extractor: str) -> str:
    """Identifier of a statement: its article, its spans and the extractor version that found it."""
    return digest("statement", article, ";".join(f"{start}-{end}" for start, end in spans), extractor)


def name_key(name: str) -> str:
    """A name for comparing, without case, accents, punctuation and possessive: ``José Díaz's`` → ``jose diaz``."""
    bare = re.sub(r"['’]s\b", "", name.strip())
    plain = unicodedata.normalize("NFKD", bare)
    if not plain.isascii():
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain.casefold()))


@lru_cache(maxsize=20_000)
def speaker_id(name: str) -> str:
    """Identifier of a speaker by name; the empty string, which stands for nobody, for an empty name."""
    key = name_key(name)
    return digest("speaker", key, size=12) if key else ""
