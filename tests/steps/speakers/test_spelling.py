"""Spellings of one name meet, other names do not."""

from __future__ import annotations

import pytest

from processors.steps.speakers.parts import agree, parts_of, same_given
from processors.steps.speakers.spelling import light, plain, skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        "Marensky Marenskyy Marenskiy Marenskyi Marenskii Marenskij",
        "Dovolyak Dovoliak Dovoljak",
        "Yorlenko Iorlenko",
        "Khardov Hardov",
        "Philatov Filatov",
        "Maksov Maxov",
        "Yelmak Elmak Ielmak",
        "Rossov Rosov",
        "Torenko Torenka",
        "Mahmoudi Mahmudi",
    ],
)
def test_spellings_of_a_surname_meet(spellings: str) -> None:
    assert len({skeleton(name) for name in spellings.split()}) == 1


@pytest.mark.parametrize("names", ["Harlan Marlan", "Petrov Petrova", "Jansen Hansen", "Lind Linde", "Moss Voss"])
def test_other_surnames_do_not_meet(names: str) -> None:
    one, other = names.split()
    assert skeleton(one) != skeleton(other)


def test_a_surname_alone_meets_only_in_y_i_and_j() -> None:
    assert light("Marensky") == light("Marenskyy")
    assert light("Hassov") != light("Hasov")
    assert plain("O’Hára-Łuk") == "oharaluk"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joe", "Joseph"), ("Bob", "Robert"), ("Chuck", "Charles"), ("Ed", "Edward"), ("Dmitri", "Dmitry"),
        ("Oleksandr", "Alexander"), ("Volodymyr", "Vladimir"), ("D.", "Dmitry"), ("Y.", "Iryna"), ("Renya", "Renia"),
    ],
)  # fmt: skip
def test_given_names_that_can_be_one(one: str, other: str) -> None:
    assert same_given(one, other)
    assert same_given(other, one)


@pytest.mark.parametrize(("one", "other"), [("Boris", "Ron"), ("Edward", "Theodore"), ("D.", "Ron"), ("Ann", "Bob")])
def test_given_names_that_cannot(one: str, other: str) -> None:
    assert not same_given(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Joseph R. Castell", "Joe Castell"),
        ("Joseph Robin Castell", "Joseph R. Castell"),
        ("C. Scott Veldman", "Scott Veldman"),
        ("Catherine Corra Masso", "Corra Masso"),
        ("Xi Lonmen", "Lonmen Xi"),
        ("J.D. Castell", "J. D. Castell"),
        ("Ursula von der Halle", "Ursula Von Der Halle"),
    ],
)
def test_full_names_that_can_be_one(one: str, other: str) -> None:
    assert agree(parts_of(one.split()), parts_of(other.split()))
    assert agree(parts_of(other.split()), parts_of(one.split()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("George W. Castell", "George H. W. Castell"),
        ("Robert Veldman", "James Robert Veldman"),
        ("Mira Castell", "Mira Castor"),
        ("Mira Castell", "Tom Castell"),
    ],
)
def test_full_names_that_cannot(one: str, other: str) -> None:
    assert not agree(parts_of(one.split()), parts_of(other.split()))
