"""Which encoding a text file is in, and what is said about it."""

# Letters and signs that look like others are what is tested here.
# ruff: noqa: RUF001

from __future__ import annotations

import codecs

import pytest

from ingest.files.readers.encodings import is_twice_encoded
from tests.ingest.files.readers.conftest import Land
from workspace.errors import ConfigError, DataRefused

ASKED = "its encoding cannot be told"


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        ("a,b\nMüller,€\n".encode(), None),
        ("a,b\nMüller,€\n".encode("utf-8-sig"), None),
        ("a,b\nMüller,€\n".encode("utf-16"), "read as UTF-16, told by its mark."),
        (
            codecs.BOM_UTF16_BE + "a,b\nMüller,€\n".encode("utf-16-be"),
            "read as UTF-16, told by its mark.",
        ),
        ("a,b\nMüller,€\n".encode("utf-32"), "read as UTF-32, told by its mark."),
        (
            "a,b\nMüller,€\n".encode("utf-16-le"),
            "read as UTF-16-LE, told by its zero bytes; it has no mark.",
        ),
        (
            "a,b\nMüller,€\n".encode("utf-16-be"),
            "read as UTF-16-BE, told by its zero bytes; it has no mark.",
        ),
        (
            "a,b\nMüller,€\n".encode("utf-32-le"),
            "read as UTF-32-LE, told by its zero bytes; it has no mark.",
        ),
        (
            "a,b\nMüller,€\n".encode("utf-32-be"),
            "read as UTF-32-BE, told by its zero bytes; it has no mark.",
        ),
        (
            "a,b\nMüller,€\n".encode("cp1252"),
            "read as cp1252, told by its bytes because it is not UTF-8; say `encoding:` if letters "
            "with accents come out wrong.",
        ),
    ],
)
def test_an_encoding_is_told_by_its_mark_or_its_bytes_and_said(
    land: Land, content: bytes, remark: str | None
) -> None:
    landing, rows = land(content)
    assert rows == [(1, 2, "Müller", "€")]
    assert landing.remarks == (() if remark is None else (remark,))


@pytest.mark.parametrize(
    "text",
    [
        "It’s “fine” – 5 €, ½ of 20 °C",
        "Zoë O´Brien, Éléonore créée, Søren Åge, Peña, Çelik, Straße, naïve",
        "„Spaß“ beim Lernen…",
        "ÄRZTE UND ÖFFENTLICHKEIT, MAÎTRE",
        "forêt, août, où, élève, garçon, Noël, À Paris, poème, Suède, Norvège, Hélène, Qualité",
        "España, Muñoz, Begoña, León, nº 5, 1ª",
        "Peña",
        "São Paulo, Organização, opiniões, irmã, mãe, põe, inglês, NÃO, Conceição",
        "città, perché, lunedì, più, può, cominciò, Forlì, è",
        "Søren, Jørgensen, Århus, Købmand, miljøet, Tromsøya, være, køen, træ, Røed",
        "Göteborg, Malmö, België, geïnteresseerd, één, Català, història, Barça",
        "2019–2020, l’été, col·lega, «ami», 3×4, §5, Šimun, Žižek",
    ],
)
def test_western_words_are_read_as_cp1252(land: Land, text: str) -> None:
    landing, rows = land(f"id;text\n1;Müller\n2;{text}\n".encode("cp1252"), delimiter=";")
    assert rows[1][3] == text
    assert landing.misfits == ()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Müller, Jürgen, François", "mac_roman"),
        ("Müller, Jürgen", "cp850"),
        ("Łukasz Żółć, Świątek", "cp1250"),
        ("Łukasz Żółć, Świątek", "iso8859_2"),
        ("Zdeněk, Prodejní oddělení, Dvořák", "cp1250"),
        ("Háček, Čapek, Jiří, Plzeň", "cp1250"),
        ("Győr, Pécs, Vevőszolgálat", "cp1250"),
        ("Ľubica, Nováková", "cp1250"),
        ("Petrović, Kovačević", "cp1250"),
        ("Brăila, Timişoara, Iaşi, Ştefan", "cp1250"),
        ("Kraków, Gdańsk", "cp1250"),
        ("İstanbul, Satış, Üretim, Muğla", "cp1254"),
        ("Pārdošana, Rīga, Šiauliai", "cp1257"),
        ("Petrauskienė", "cp1257"),
        ("Zürich, Genève, Köln, Español, Málaga, Größe, façade, Noël" * 3, "mac_roman"),
        ("Zürich, Genève, Köln, Español, Málaga, Größe, façade, Noël" * 3, "cp850"),
        ("Иванов Пётр", "cp1251"),
        ("Γιώργος Παπαδόπουλος", "cp1253"),
        ("田中太郎", "shift_jis"),
        ("王小明", "gb18030"),
        ("5 €", "iso8859_15"),
    ],
)
def test_what_reads_as_no_western_word_is_asked_for(land: Land, text: str, encoding: str) -> None:
    content = f"id;name\n1;A\n2;{text}\n".encode(encoding)
    with pytest.raises(DataRefused, match=ASKED) as refusal:
        land(content)
    assert refusal.value.place.line == 3
    assert land(content, encoding=encoding)[1][1] == (2, 3, "2", text)


def test_the_encodings_that_make_letters_of_all_bytes_are_named(land: Land) -> None:
    with pytest.raises(DataRefused, match=ASKED) as refusal:
        land("id;name\n1;Zdeněk Dvořák\n".encode("cp1250"))
    assert refusal.value.found == (
        "bytes that are not UTF-8; it may be cp1252 or cp1250 or cp1254 or cp1257"
    )


def test_a_long_text_in_another_script_is_told_by_its_letters(land: Land) -> None:
    names = "Мария Сидорова;Отдел продаж и обслуживания клиентов\nПетрова Анна;Бухгалтерия\n"
    landing, rows = land(f"имя;отдел\n{names}".encode("cp1251"))
    assert [row[2:] for row in rows] == [
        ("Мария Сидорова", "Отдел продаж и обслуживания клиентов"),
        ("Петрова Анна", "Бухгалтерия"),
    ]
    assert landing.remarks[0].startswith("read as cp1251, told by its bytes")


def test_old_macintosh_text_is_told_by_its_line_ends(land: Land) -> None:
    content = "id,name\r1,Müller\r2,François\r".encode("mac_roman")
    landing, rows = land(content)
    assert [row[3] for row in rows] == ["Müller", "François"]
    assert landing.remarks[0].startswith("read as mac_roman")


def test_letters_that_two_encodings_read_as_words_are_asked_for(land: Land) -> None:
    with pytest.raises(DataRefused, match=ASKED) as refusal:
        land(b"id,name\r1,Pe\x96a\r")
    assert refusal.value.found == "bytes that are not UTF-8; it may be cp1252 or mac_roman"


def test_lines_in_another_encoding_are_quarantined_and_the_rest_is_read(land: Land) -> None:
    content = (
        "id,name\n1,Müller\n2,Anna\n".encode() + "3,Jürgen\n".encode("cp1252") + "4,Zoë\n".encode()
    )
    landing, rows = land(content)
    assert [row[2:] for row in rows] == [("1", "Müller"), ("2", "Anna"), ("4", "Zoë")]
    assert [(m.record, m.line, m.reason, m.cells) for m in landing.misfits] == [
        (3, 4, "undecodable", ("3", "J\\xfcrgen"))
    ]
    assert landing.remarks == ("read as UTF-8; 1 line holds bytes that are not, the first line 4.",)


def test_letters_encoded_twice_are_quarantined_unless_the_user_says_the_encoding(
    land: Land,
) -> None:
    content = "id,name\n1,MÃ¼ller\n2,Ana\n3,São Paulo\n"
    landing, rows = land(content)
    assert [row[2:] for row in rows] == [("2", "Ana"), ("3", "São Paulo")]
    assert [(m.line, m.reason) for m in landing.misfits] == [(2, "twice_encoded")]
    assert len(land(content, encoding="utf-8")[1]) == 3


@pytest.mark.parametrize("letter", "üäößÄÖÜéèàáóñçåøÆîûÕłśę’“–€°£½ãõï")
@pytest.mark.parametrize("wrong", ["cp1252", "latin-1"])
def test_every_letter_shows_that_it_was_encoded_twice(letter: str, wrong: str) -> None:
    try:
        shown = f"x{letter}y".encode().decode(wrong)
    except UnicodeDecodeError:
        pytest.skip("cp1252 has no sign for one of its bytes")
    assert is_twice_encoded(shown)


@pytest.mark.parametrize(
    "text",
    ["São Paulo", "NÃO", "MANHÃ”", "Ângela Ã", "IRMÃ\u00a0", "på Å…", "Ärger", "Ålesund", "10 £"],
)
def test_real_words_do_not_show_it(text: str) -> None:
    assert not is_twice_encoded(text)


def test_headers_that_cannot_be_read_refuse_the_file(land: Land) -> None:
    with pytest.raises(DataRefused, match="headers cannot be read") as refusal:
        land("id,StraÃŸe\n1,2\n")
    assert refusal.value.place.line == 1


def test_the_users_word_wins_and_keeps_what_does_not_fit_apart(land: Land) -> None:
    landing, rows = land(b"id,name\n1,M\xfcller\n2,Anna\n", encoding="utf-8")
    assert [row[2:] for row in rows] == [("2", "Anna")]
    assert [(m.line, m.reason) for m in landing.misfits] == [(2, "undecodable")]
    assert landing.remarks == ()


@pytest.mark.parametrize("encoding", ["utf-9", "base64", "rot13", "unicode_escape", "undefined"])
def test_an_encoding_that_no_file_has_is_a_mistake_in_the_configuration(
    land: Land, encoding: str
) -> None:
    with pytest.raises(ConfigError, match="Unknown character encoding") as refusal:
        land("a,b\n1,2\n", encoding=encoding)
    assert refusal.value.found == encoding


@pytest.mark.parametrize("said", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["-le", "-be"])
@pytest.mark.parametrize("text", ["Müller", "田中太郎" * 20])
def test_the_order_of_bytes_is_told_where_the_user_does_not_say_it(
    land: Land, said: str, order: str, text: str
) -> None:
    _, rows = land(f"a,b\n1,{text}\n".encode(said + order), encoding=said)
    assert rows == [(1, 2, "1", text)]


@pytest.mark.parametrize("said", ["utf-16", "utf-32"])
@pytest.mark.parametrize("content", ["a,b\n1,2\n", '[{"a": 1}]'])
def test_wide_characters_that_are_not_there_are_a_mistake_in_the_configuration(
    land: Land, said: str, content: str
) -> None:
    with pytest.raises(ConfigError, match="not that of the file"):
        land(content, encoding=said)


def test_a_mark_that_says_otherwise_is_a_mistake_in_the_configuration(land: Land) -> None:
    with pytest.raises(ConfigError, match="not the one that the file begins with"):
        land("\ufeffa,b\n1,2\n", encoding="cp1252")
