"""Comments as pages write them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from reports.comments import WITHOUT, comments
from reports.formats import THIN


def test_themes_stand_by_share_with_their_people_and_waves(made: ModuleType) -> None:
    found = comments(
        made.table("comments", made.comments()), made.table("topics", made.topics()), "all"
    )
    (survey,) = found.surveys
    assert survey.coverage == (
        f"About 60 of 200 people who answered wrote a comment. 25{THIN}% of them (about 15 of "
        "60) touch none of the themes."
    )
    assert [(m.label, m.text, m.basis, m.waves) for m in survey.mentions] == [
        ("Communication", f"50{THIN}%", "about 30 of 60", (f"50{THIN}%", f"75{THIN}%")),
        ("Foundations", f"20{THIN}%", "about 12 of 60", (f"25{THIN}%", "too few")),
    ]
    assert (survey.waves, survey.few) == (("2023", "2024"), ("Challenges",))
    assert [(t.share, t.stability) for t in survey.topics] == [(f"about 30{THIN}%", "0.71")]


def test_one_wave_is_no_trend(made: ModuleType) -> None:
    rows = [row for row in made.comments() if row["wave"] != "2024"]
    found = comments(made.table("comments", rows), made.table("topics", []), "all")
    assert found.surveys[0].waves == ()
    assert [mention.waves for mention in found.surveys[0].mentions] == [(), ()]


def test_a_program_of_few_says_so_without_a_number(made: ModuleType) -> None:
    said, topics = made.table("comments", made.comments()), made.table("topics", made.topics())
    (survey,) = comments(said, topics, "p-one").surveys
    assert survey.coverage == "How many commented is hidden, because they are few."
    assert (survey.mentions, survey.topics, survey.topics_status) == ((), (), "")


def test_without_a_question_that_asks_for_words_it_is_not_measured(made: ModuleType) -> None:
    empty = comments(made.table("comments", []), made.table("topics", []), "all")
    assert (empty.surveys, empty.without) == ((), WITHOUT)


def test_pages_say_it_and_quote_nobody(estimated_site: Path, site: Path) -> None:
    page = (estimated_site / "programs.html").read_text(encoding="utf-8")
    assert "No comment is quoted" in page
    assert "<script>alert" not in page
    assert WITHOUT[1:] in (site / "programs.html").read_text(encoding="utf-8")
