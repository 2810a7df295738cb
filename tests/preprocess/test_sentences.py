"""Sentences, list items and problem blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suggester.preprocess.line_ends import plain
from suggester.preprocess.sections import find_sections
from suggester.preprocess.sentences import Sentence, find_sentences, sentence_at


def sentences(text: str) -> tuple[Sentence, ...]:
    return find_sentences(text, find_sections(text))


def pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cough for a week. No fever.", ["Cough for a week.", "No fever."]),
        ("Seen by Dr. Smith today. Stable.", ["Seen by Dr. Smith today.", "Stable."]),
        ("Metformin 500 mg b.i.d. with food.", ["Metformin 500 mg b.i.d. with food."]),
        ("Sodium 3.5 and A1c 7.1 today.", ["Sodium 3.5 and A1c 7.1 today."]),
        ("Gout vs. pseudogout.", ["Gout vs. pseudogout."]),
        ("Pain? Swelling! Redness.", ["Pain?", "Swelling!", "Redness."]),
        ("Weight loss? No", ["Weight loss? No"]),
        ("Film: ? infiltrate", ["Film: ? infiltrate"]),
        ("He said (as before.) Then he left.", ["He said (as before.)", "Then he left."]),
        ("No rash; has itching.", ["No rash;", "has itching."]),
        ("pain.She rests", ["pain.", "She rests"]),
        ("Ends without a stop", ["Ends without a stop"]),
        ("", []),
        (" \t\n \r\n", []),
    ],
)
def test_sentences_are_cut(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_sentences_of_a_numbered_list() -> None:
    text = "1. Gout, left toe.\n2) Asthma\n(3) Hypertension\n#4 Obesity\na. stable"
    assert pieces(text) == ["Gout, left toe.", "Asthma", "Hypertension", "Obesity", "stable"]
    assert all(sentence.item for sentence in sentences(text))


def test_sentences_of_a_list_within_a_line() -> None:
    text = "Problems were: 1) gout 2.5 mg. 2) asthma, stable. 3) obesity"
    assert pieces(text) == ["Problems were:", "1) gout 2.5 mg.", "2) asthma, stable.", "3) obesity"]


@pytest.mark.parametrize("bullet", ["-", "*", "•", "●", "–", ">"])
def test_sentences_of_bullets(bullet: str) -> None:
    assert pieces(f"{bullet} gout\n{bullet} asthma") == ["gout", "asthma"]


def test_sentences_of_hard_wrapped_text_are_joined() -> None:
    text = (
        "The patient is a pleasant woman who comes today because of pain in the\n"
        "right knee that began after she fell from a ladder at home on Sunday\n"
        "and has since become worse, so that she can no longer climb the long\n"
        "stairs of her house. She has taken ibuprofen, which was not of any use\n"
        "at all. She has no fever. Her mother had the same trouble at about the\n"
        "same age, and it was put down to osteoarthritis of both of her knees.\n"
        "\n"
        "No rash."
    )
    assert pieces(plain(text))[0].endswith("long stairs of her house.")
    assert len(pieces(plain(text))) == 5


def test_sentences_of_short_lines_are_not_joined() -> None:
    assert pieces("Gout\nasthma\nobesity") == ["Gout", "asthma", "obesity"]


def test_sentences_with_windows_line_ends_and_tabs() -> None:
    text = "HPI:\r\n\tCough.\tNo fever.\r\n\r\nPlan:\r\n1.\tRest\r\n"
    assert pieces(text) == ["Cough.", "No fever.", "Rest"]


@pytest.mark.parametrize("between", [", ", " "])
def test_words_dictated_without_a_stop_are_cut_between_words(between: str) -> None:
    words = [f"complaint{number}" for number in range(900)]
    said = pieces(between.join(words))
    assert len(said) > 1
    assert max(map(len, said)) <= 2000
    assert " ".join(said).replace(",", "").split() == words


def test_sentences_leave_the_heading_out() -> None:
    assert pieces("ASSESSMENT: Gout. PLAN: Rest.") == ["Gout.", "Rest."]


def test_sentences_know_their_section_and_order() -> None:
    found = sentences("HPI: Cough. Fever.\nPlan: Rest.")
    assert [s.section.kind for s in found] == ["hpi", "hpi", "plan"]
    assert [s.order for s in found] == [0, 1, 0]


def test_sentences_of_one_problem_share_a_block() -> None:
    text = "Assessment:\n1. Gout\n- colchicine\n- recheck uric acid\n2. Asthma\n- albuterol"
    blocks = [s.block for s in sentences(text)]
    assert len(set(blocks[:3])) == 1
    assert len(set(blocks[3:])) == 1
    assert blocks[0] != blocks[3]


def test_sentences_titles_stand_alone() -> None:
    text = "Assessment:\nHypothyroidism.\nContinue levothyroxine as before.\n\nGout\nStable."
    found = {text[s.start : s.end]: s for s in sentences(text)}
    assert found["Hypothyroidism."].title
    assert not found["Continue levothyroxine as before."].title
    assert found["Gout"].title
    assert found["Gout"].block != found["Hypothyroidism."].block


def test_sentence_at_a_position() -> None:
    text = "Cough.  Fever."
    found = sentences(text)
    assert [sentence_at(found, position) for position in (0, 5, 6, 7, 8, 13, 14)] == [
        0,
        0,
        None,
        None,
        1,
        1,
        None,
    ]


_TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "HPI:",
                "\n",
                "\r\n",
                "\n\n",
                " 1) ",
                "- ",
                "\t",
                "İ",
                "🙂",
                "Dr. ",
                "3.5",
                "; ",
                ". ",
                "? ",
                "no fever",
                "\u00a0",
                "\u2003",
                "A/P ",
            ]
        ),
        st.text(max_size=6),
    ),
    max_size=25,
).map("".join)


@given(_TEXT)
def test_sentences_lie_in_order_within_any_text(text: str) -> None:
    position = 0
    for sentence in sentences(text):
        assert position <= sentence.start < sentence.end <= len(text)
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip()
        position = sentence.end
