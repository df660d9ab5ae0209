"""Identifiers made from content, so that a message that arrives twice changes nothing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Query parameters that say where a reader came from, not what the page is.
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|cmpid|ocid|smid|partner)$", re.IGNORECASE
)
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
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    query = urlencode(sorted(kv for kv in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(kv[0])))
    path = parts.path.rstrip("/") or "/"
    return urlunsplit((parts.scheme.lower(), host, path if host else parts.path, query, ""))


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
