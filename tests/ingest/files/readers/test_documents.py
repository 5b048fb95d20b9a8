"""JSON documents and JSON lines: where the records are, and what their values become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.files.readers import documents
from tests.ingest.files.readers import conftest
from workspace.errors import ConfigError, DataRefused


@pytest.fixture
def land(land: conftest.Land) -> conftest.Land:
    """A function that lands a file of this content under the name of a JSON document."""

    def land_json(
        content: str | bytes, name: str = "export.json", **options: Any
    ) -> tuple[conftest.Landing, conftest.Rows]:
        return land(content, name, **options)

    return land_json


Land = conftest.Land


def table(land: Land, content: str, **options: Any) -> list[dict[str, Any]]:
    """Return the records that landed, each by its headers."""
    landing, rows = land(content, **options)
    return [dict(zip(landing.head.names, row[2:], strict=True)) for row in rows]


def test_nested_keys_become_dotted_headers(land: Land) -> None:
    content = (
        '[{"id": 7, "attributes": {"hired": {"label": "Hired", "value": "2026-01-31"}}},'
        ' {"id": "x", "attributes": {"left": {"value": null}}, "more": true}]'
    )
    landing, rows = land(content)
    assert landing.head.names == (
        "id",
        "attributes.hired.label",
        "attributes.hired.value",
        "attributes.left.value",
        "more",
    )
    assert rows == [
        (1, 1, "7", "Hired", "2026-01-31", None, None),
        (2, 2, "x", None, None, None, "true"),
    ]
    assert landing.remarks == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12345678901234567890123", "12345678901234567890123"),
        ("1.50", "1.50"),
        ("1e5", "1e5"),
        ("-0", "-0"),
        ('"007"', "007"),
        ('""', None),
        ("null", None),
        ("true", "true"),
        ("false", "false"),
        ("[]", None),
        ("{}", None),
        ('["a", 1, null, true]', "a;1;true"),
        ('["a;b", "c"]', '["a;b", "c"]'),
        ('[{"k": 1.0}, {"k": "ü"}]', '[{"k": 1.0}, {"k": "ü"}]'),
        ("[[1], [2]]", "[[1], [2]]"),
        ("Infinity", "Infinity"),
        ('"\\u00fc\\n"', "ü\n"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_values_become_the_texts_that_stand_for_them(
    land: Land, value: str, expected: str | None
) -> None:
    assert table(land, f'[{{"a": {value}}}]') == [{"a": expected}]


def test_nan_is_empty_and_said(land: Land) -> None:
    landing, rows = land('[{"a": NaN, "b": [NaN]}, {"a": 1}]')
    assert rows == [(1, 1, None, None), (2, 2, "1", None)]
    assert landing.remarks == ("2 values are NaN, and read as empty.",)


def test_records_are_found_where_only_one_list_holds_objects(land: Land) -> None:
    content = '{"meta": {"n": 2, "tags": ["x"]}, "errors": [], "reply": {"data": [{"a": 1}]}}'
    landing, rows = land(content)
    assert rows == [(1, 1, "1")]
    assert landing.remarks == ("the records are the list reply.data.",)


def test_an_object_of_plain_values_is_one_record(land: Land) -> None:
    landing, rows = land('{"a": 1, "b": "x"}')
    assert rows == [(1, 1, "1", "x")]
    assert landing.remarks == ("the document is one record.",)
    with pytest.raises(ConfigError, match="cannot be told which list"):
        land('{"success": true, "data": {"a": 1}}')


def test_one_line_of_json_lines_is_one_record(land: Land) -> None:
    nested = '{"id": 1, "at": {"city": "Bonn"}, "skills": [{"x": 1}]}\n'
    for name in ("export.jsonl", "export.ndjson"):
        landing, rows = land(nested, name=name)
        assert rows == [(1, 1, "1", "Bonn", '[{"x": 1}]')]
        assert landing.remarks == ("read as JSON lines, one record a line.",)


def test_records_are_asked_for_where_several_lists_hold_objects(land: Land) -> None:
    content = '{"people": [{"a": 1}], "teams": [{"b": 2}, {"b": 3}]}'
    with pytest.raises(ConfigError, match="cannot be told which list") as refusal:
        land(content)
    assert refusal.value.found == "the lists people, teams"
    assert refusal.value.to_do == "say it, as in `records_path: people`"
    assert table(land, content, records_path="teams") == [{"b": "2"}, {"b": "3"}]


def test_one_object_is_a_record_where_the_user_says_so(land: Land) -> None:
    content = '{"data": {"id": 1, "tags": {"all": {"of": [{"x": 1}]}}}}'
    with pytest.raises(ConfigError, match="cannot be told which list") as refusal:
        land(content)
    assert refusal.value.found == "no list of objects"
    assert table(land, content, records_path="data") == [{"id": "1", "tags.all.of": '[{"x": 1}]'}]


@pytest.mark.parametrize(
    ("path", "says", "found"),
    [
        ("date", "leads nowhere", "the keys data, ok"),
        ("data.x", "leads nowhere", "a list without keys"),
        ("ok", "leads to no list", "a plain value"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_mistake_in_the_configuration(
    land: Land, path: str, says: str, found: str
) -> None:
    with pytest.raises(ConfigError, match=says) as refusal:
        land('{"ok": true, "data": [{"a": 1}]}', records_path=path)
    assert (refusal.value.found, refusal.value.place.column) == (found, path)


def test_json_lines_are_read_line_by_line(land: Land) -> None:
    content = (
        '{"a": 1}\n\n{"b": {"c": "x"}}\r\n{"a": 2, "a": 3}\n{"a": \nnot json\n[1]\n{"a": "\\ud800"}'
    )
    landing, rows = land(content)
    assert landing.head.names == ("a", "b.c")
    assert rows == [(1, 1, "1", None), (2, 3, None, "x")]
    assert [(m.record, m.line, m.reason) for m in landing.misfits] == [
        (3, 4, "repeated_key"),
        (4, 5, "broken_json"),
        (5, 6, "broken_json"),
        (6, 7, "no_record"),
        (7, 8, "undecodable"),
    ]
    assert landing.misfits[0].cells == ('{"a": 3}',)
    assert landing.misfits[1].found == "Expecting value, at character 7"
    assert landing.remarks == ("read as JSON lines, one record a line.",)


def test_each_line_may_wrap_its_record(land: Land) -> None:
    content = '{"d": {"a": 1}}\n{"d": {"a": 2}}\n{"x": 1}\n'
    landing, rows = land(content, records_path="d")
    assert rows == [(1, 1, "1"), (2, 2, "2")]
    assert [(m.line, m.reason) for m in landing.misfits] == [(3, "broken_json")]


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        ('[{"a": 1},\n {"a": 2', 2, "Expecting ',' delimiter, at character 9 of the line"),
        ('[{"a": 1}\n {"a": 2}]', 2, "Expecting ',' delimiter, at character 2 of the line"),
        ('{"a": 1}\n{"a": 2', None, None),
    ],
)
def test_broken_json_is_refused_with_its_line_and_its_character(
    land: Land, content: str, line: int | None, found: str | None
) -> None:
    if line is None:
        landing, rows = land(content)
        assert rows == [(1, 1, "1")]
        assert [(m.line, m.reason) for m in landing.misfits] == [(2, "broken_json")]
        return
    with pytest.raises(DataRefused, match="no JSON") as refusal:
        land(content)
    assert (refusal.value.place.line, refusal.value.found) == (line, found)


def test_a_key_that_stands_twice_sets_the_record_apart(land: Land) -> None:
    landing, rows = land(
        '[{"a": 1, "a": 2}, {"b": {"c": 1, "c": 1}}, {"d.e": 1, "d": {"e": 2}}, {"a": 5}]'
    )
    assert rows == [(4, 4, "5", None, None)]
    assert [(m.record, m.reason) for m in landing.misfits] == [
        (1, "repeated_key"),
        (2, "repeated_key"),
        (3, "repeated_key"),
    ]


def test_a_file_whose_records_all_repeat_a_key_is_set_apart_record_by_record(land: Land) -> None:
    landing, rows = land('[{"a": 1, "b": 2, "b": 3}, {"a": 1, "b": 2, "b": 3}]')
    assert (rows, landing.head.names) == ([], ("a", "b"))
    assert [(m.record, m.reason) for m in landing.misfits] == [
        (1, "repeated_key"),
        (2, "repeated_key"),
    ]


def test_a_key_in_another_spelling_is_the_same_column(land: Land) -> None:
    landing, rows = land('[{"level": 1}, {"Level": 2}, {"LEVEL ": 3}, {"level": 4, "Level": 5}]')
    assert landing.head.names == ("level",)
    assert rows == [(1, 1, "1"), (2, 2, "2"), (3, 3, "3")]
    assert [(m.record, m.reason) for m in landing.misfits] == [(4, "repeated_key")]
    assert landing.remarks == (
        "the keys level and Level look the same, and are read as one column.",
        "the keys level and LEVEL  look the same, and are read as one column.",
    )


def test_two_spellings_in_every_record_are_two_columns(land: Land) -> None:
    landing, rows = land('[{"Level": 1, "level": 2}, {"level": 3, "Level": 4}]')
    assert landing.head.names == ("Level", "level")
    assert rows == [(1, 1, "1", "2"), (2, 2, "4", "3")]
    assert landing.remarks == ("the header Level stands over 2 columns.",)


def test_a_key_that_stands_twice_on_the_way_to_the_records_refuses_the_file(land: Land) -> None:
    content = '{"data": [{"a": 1}], "data": [{"a": 2}]}'
    for options in ({}, {"records_path": "data"}):
        with pytest.raises(DataRefused, match="stands twice"):
            land(content, **options)


def test_what_is_no_object_is_set_apart(land: Land) -> None:
    landing, rows = land('[{"a": 1}, 5, null, [1, 2], "x"]')
    assert rows == [(1, 1, "1")]
    assert [(m.record, m.reason, m.found, m.cells) for m in landing.misfits] == [
        (2, "no_record", "a plain value", ("5",)),
        (3, "no_record", "nothing", ("null",)),
        (4, "no_record", "a list", ("[1, 2]",)),
        (5, "no_record", "a plain value", ('"x"',)),
    ]


@pytest.mark.parametrize("content", ["[]", '{"data": []}', "[[1], [2]]", "{}"])
def test_no_record_at_all_is_refused(land: Land, content: str) -> None:
    with pytest.raises((DataRefused, ConfigError)):
        land(content)


def test_what_is_nested_without_end_is_refused_or_set_apart(land: Land) -> None:
    with pytest.raises(DataRefused, match="nested too deeply"):
        land("[" * 100_000)
    with pytest.raises(DataRefused, match="nested too deeply"):
        land('[{"a":' * 100_000)
    deep = '{"a":' * 40 + "1" + "}" * 40
    landing, rows = land(f'[{deep}, {{"b": 1}}, {{"c": {"[" * 40 + "]" * 40}}}]')
    assert rows == [(2, 2, "1")]
    assert [(m.record, m.reason) for m in landing.misfits] == [
        (1, "broken_json"),
        (3, "broken_json"),
    ]


def test_ids_used_as_keys_are_refused(land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "COLUMNS_MAX", 20)
    assert len(land(json.dumps([{f"E{n}": 1} for n in range(20)]))[1]) == 20
    with pytest.raises(DataRefused, match="too many different keys"):
        land(json.dumps([{f"E{n}": 1} for n in range(21)]))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_in_another_encoding_is_told_by_its_bytes(land: Land, encoding: str) -> None:
    landing, rows = land('[{"a": "Müller"}]'.encode(encoding))
    assert rows == [(1, 1, "Müller")]
    assert len(landing.remarks) == (encoding != "utf-8-sig")


def test_bytes_that_are_no_text_refuse_a_document_and_set_a_line_apart(land: Land) -> None:
    with pytest.raises(DataRefused, match="not UTF-8"):
        land(b'[{"a": "M\xfcller"}]')
    assert land(b'[{"a": "M\xfcller"}]', encoding="cp1252")[1] == [(1, 1, "Müller")]
    landing, rows = land(b'{"a": "x"}\n{"a": "M\xfcller"}\n')
    assert rows == [(1, 1, "x")]
    assert [(m.line, m.reason, m.cells) for m in landing.misfits] == [
        (2, "undecodable", ("M\\xfcller",))
    ]


@pytest.mark.shared_data
def test_real_answers_of_an_api_are_read(land: Land, personio: Path) -> None:
    landing, rows = land((personio / "get-employees.json").read_bytes())
    assert landing.remarks == ("the records are the list data.",)
    names = landing.head.names
    people = [dict(zip(names, row[2:], strict=True)) for row in rows]
    assert [person["attributes.id.value"] for person in people] == ["2116366", "2116365", "2040614"]
    assert people[0]["attributes.hire_date.value"] == "1983-09-01T00:00:00+02:00"
    assert people[2]["attributes.hire_date.value"] == "1835-02-01T00:00:00+00:53"
    with pytest.raises(ConfigError, match="cannot be told which list"):
        land((personio / "get-employee-ada.json").read_bytes())
    content = (personio / "get-employee-ada.json").read_bytes()
    landing, rows = land(content, records_path="data")
    ada = dict(zip(landing.head.names, rows[0][2:], strict=True))
    assert ada["attributes.first_name.value"] == "Ada"
    assert len(land((personio / "get-attendance.json").read_bytes())[1]) == 3
    assert len(land((personio / "get-custom-attributes.json").read_bytes())[1]) == 39
