"""Speeches, statements and letters: whose words a text is, and when it is nobody's."""

from __future__ import annotations

import pytest

from processors.steps.extract.address import find_address
from processors.steps.extract.layout import paragraphs

WE = "We have dredged the harbour, and we will keep it open all winter. I thank our pilots for their patience."
REPORT = "The harbour has been dredged, and it will be kept open all winter. The pilots have been thanked."
LETTER = f"Dear Minister Dray:\n\nI write to you about the harbour. {WE} {WE}"


def _whose(text: str, title: str) -> set[str]:
    return {one.name for one in find_address(text, title, paragraphs(text))}


@pytest.mark.parametrize(
    ("title", "text", "who"),
    [
        ("Statement by Minister Ansel Dray and Mayor Ilse Marrin on the ice", WE, "Ansel Dray and Ilse Marrin"),
        ("Remarks by Press Secretary to the President Ilse Marrin", WE, "Ilse Marrin"),
        ("An Open Letter to the Press by Ilse Marrin", WE, "Ilse Marrin"),
        ("We shall sail: President Ingrid Solvane's address to the ports", WE, "Ingrid Solvane"),
        ("President Ingrid Solvane addressed the citizens of Calder", WE, "Ingrid Solvane"),
        ("The harbour", f"By Mayor Ilse Marrin\n\n{WE}", "Ilse Marrin"),
        ("The harbour", f"Ilse Marrin, Mayor of Calder\n\n{REPORT}", "Ilse Marrin"),
        ("Statement by Press Secretary Ilse Marrin on a visit", REPORT, "Ilse Marrin"),
        ("An order", f"By the authority vested in me as President, I order. {WE}\n\nINGRID SOLVANE", "Ingrid Solvane"),
        ("Joint Statement on the strait", f"We, the Ministers of Veldmark and Halvaria, met. {WE}",
         "Ministers of Veldmark and Halvaria"),
        ("Nine Ports’ Ministers’ Statement on the ice", f"{WE} {WE}", "Nine Ports’ Ministers"),
        ("On the ice", f"Office of the Harbour Master\n\n{WE} We wait.", "Office of the Harbour Master"),
    ],
)  # fmt: skip
def test_title_byline_and_signature_say_whose_words_they_are(title: str, text: str, who: str) -> None:
    assert _whose(text, title) == {who}


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("Mayor Ilse Marrin delivered the following remarks at the harbour:", "Ilse Marrin"),
        ("Mayor Ilse Marrin spoke at the harbour. Marrin's remarks as delivered can be found below.", "Ilse Marrin"),
        ("Mayor Ilse Marrin spoke about the winter and the ice at the harbour of Calder today.\n\nFULL TRANSCRIPT:",
         "Ilse Marrin"),
        ("The text of the following statement was released by the ministers of Halvaria and Veldmark.\n\nBegin text:",
         "ministers of Halvaria and Veldmark"),
        ("Veldmark, Halvaria and Calder issue the following joint statement.\n\nBegin text:",
         "Veldmark, Halvaria and Calder"),
    ],
)  # fmt: skip
def test_a_line_announces_whose_words_follow(line: str, who: str) -> None:
    assert _whose(f"{line}\n\n{WE}\n\nEnd text\n\n{REPORT}", "The harbour") == {who}


def test_an_announced_passage_ends_where_it_says() -> None:
    text = f"Mayor Ilse Marrin issued the following statement:\n\n{WE}\n\n# # #\n\n{REPORT}"
    (found,) = find_address(text, "The harbour", paragraphs(text))
    assert text[slice(*found.spans[0])] == WE


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("FACT SHEET: Statement by the ministry", f"{WE}"),
        ("Readout of President Ingrid Solvane's call", REPORT),
        ("Statement by Mayor Ilse Marrin", f"Mayor Ilse Marrin today released a statement.\n\n{REPORT}"),
        ("Statement by Mayor Ilse Marrin", f"Mayor Ilse Marrin issued the following statement:\n\n“{WE}”"),
        ("The harbour", f"Office of the Harbour Master\n\n{REPORT} It is our pride."),
        ("The harbour act", f"The full text of the bill is below:\n\n{WE}"),
        ("President Ingrid Solvane signed an order", f"Ingrid Solvane signed an order. {REPORT}"),
    ],
)
def test_reports_and_quotations_are_no_addresses(title: str, text: str) -> None:
    assert _whose(text, title) == set()


BOTH = "Senators Ilse Marrin (V-Calder) and Nils Oberoi (V-Port) sent a letter about the harbour to the minister today."
JOINED = (
    "After Minister Ansel Dray spoke of the ice, Senator Ilse Marrin joined Senator Nils Oberoi and 34 of their "
    "colleagues on a letter to him."
)
GROUP = "Senator Ilse Marrin joined Harbour Committee Republicans in writing to the minister about the ice again."


@pytest.mark.parametrize(
    ("lead", "who"),
    [
        (BOTH, "Ilse Marrin and Nils Oberoi"),
        (JOINED, "Ilse Marrin, Nils Oberoi and 34 colleagues"),
        (GROUP, "Ilse Marrin and Harbour Committee Republicans"),
    ],
)
def test_the_words_above_a_letter_say_who_wrote_it(lead: str, who: str) -> None:
    assert _whose(f"{lead}\n\n{LETTER}", "A letter about the harbour") == {who}


def test_a_letter_begins_with_its_salutation() -> None:
    text = (
        f"Senator Ilse Marrin sent a letter about the harbour to Minister Ansel Dray today.\n\n{LETTER}\n\nSincerely,"
    )
    found = find_address(text, "The harbour", paragraphs(text))
    assert text[found[0].start :].startswith("Dear Minister Dray:")
    assert all(text[one.start : one.spans[-1][1]].find("Sincerely") < 0 for one in found)


def test_few_signatures_name_the_writers() -> None:
    text = f"{LETTER}\n\nSincerely,\n\nIlse Marrin\n\nNils Oberoi"
    assert _whose(text, "The harbour") == {"Ilse Marrin and Nils Oberoi"}
