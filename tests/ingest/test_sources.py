from __future__ import annotations

import pytest

from ingest.sources import example_sources, load_sources
from processors.errors import SourceError


def write(tmp_path, text: str):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_feeds_are_read_with_their_defaults(tmp_path):
    path = write(
        tmp_path,
        '[[feed]]\nurl = "https://a.example/rss"\n[[feed]]\nurl = "http://b.example/"\noutlet = "B"\n'
        'language = "en"\nevery = 60\nlicence = "CC0"\n',
    )
    first, second = load_sources(path)
    assert (first.outlet, first.every, first.licence) == ("", None, "")
    assert (second.outlet, second.language, second.every, second.licence) == ("B", "en", 60, "CC0")


def test_the_example_that_is_bundled_can_be_read():
    feeds = load_sources(example_sources())
    assert 6 <= len(feeds) <= 12
    assert all(feed.outlet and feed.url.startswith("https://") for feed in feeds)


def test_an_empty_list_has_no_feeds(tmp_path):
    assert load_sources(write(tmp_path, "# nothing yet\n")) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[feeds]]\nurl='x'", "did you mean feed"),
        ("[feed]\nurl='https://a.example/'", "double brackets"),
        ("[[feed]]\nurl='https://a.example/'\noutlets='A'", "did you mean outlet"),
        ("[[feed]]\nurl='https://a.example/'\nlicense='A'", "did you mean licence"),
        ("[[feed]]\nurl='https://a.example/'\nzzz=1", "known are"),
        ("[[feed]]\noutlet='A'", "url"),
        ("[[feed]]\nurl=5", "feed 1"),
        ("[[feed]]\nurl='file:///etc/passwd'", "no http or https"),
        ("[[feed]]\nurl='https://[bad'", "no http or https"),
        ("[[feed]]\nurl='https://a.example/'\nevery=0", "at least 1 second"),
        ("[[feed]]\nurl='https://a.example/'\n[[feed]]\nurl='https://a.example/'", "listed twice"),
        ("[[feed]\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, text, says):
    with pytest.raises(SourceError, match=says) as raised:
        load_sources(write(tmp_path, text))
    assert "sources.toml" in str(raised.value)


def test_a_list_that_is_not_there(tmp_path):
    with pytest.raises(SourceError, match="cannot read the list of sources"):
        load_sources(tmp_path / "none.toml")
