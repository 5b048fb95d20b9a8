"""Files that no preset knows: one row per person, pairs, changes, and what is no source."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from ingest.recognition import Draft, Recognition, recognize
from mentorship.cli import main

LIST = (
    "employee_id,full_name,manager_id,status,hire_date,termination_date,department\n"
    "E1,Ada Lund,E1,active,2016-02-04,,B\n"
    "E2,Bo Rey,E1,active,2017-03-04,,C\n"
    "E3,Cy Ode,E1,active,2018-04-04,,A\n"
    "E4,Di Fox,E1,terminated,2019-05-04,2025-05-15,B\n"
)
LAST_DAY = "is {} the last day worked, as the preset takes it?"
WHO = {
    "de": "Personalnummer;Vorname;Nachname;Eintrittsdatum;Austrittsdatum;Abteilung;Status",
    "fr": "Matricule;Prénom;Nom;Date d'embauche;Date de départ;Service;Statut",
    "es": "Número de empleado;Nombres;Apellidos;Fecha de alta;Fecha de baja;Departamento;Estado",
    "pt": "Matrícula;Primeiro nome;Sobrenome;Data de admissão;Data de desligamento;Setor;Situação",
    "nl": "Personeelsnummer;Voornaam;Achternaam;Datum in dienst;Datum uit dienst;Afdeling;Status",
}
STANDINGS = {
    "de": ("aktiv", "ausgetreten"),
    "fr": ("actif", "sorti"),
    "es": ("activo", "baja"),
    "pt": ("ativo", "desligado"),
    "nl": ("actief", "uit dienst"),
}


def recognized(folder: Path, text: str, name: str = "export.csv") -> Recognition:
    (folder / name).write_text(text, encoding="utf-8")
    return recognize(folder)


def placed(found: Recognition) -> dict[str, Draft]:
    return {f"{draft.table}/{draft.preset}": draft for draft in found.drafts}


def test_one_row_per_person_is_a_history_and_a_list_of_people(tmp_path: Path) -> None:
    found = placed(recognized(tmp_path, LIST))
    assert set(found) == {"job_history/spells", "people/canonical"}
    history = found["job_history/spells"]
    assert history.columns == {
        "employee_id": "employee_id",
        "hired_on": "hire_date",
        "left_on": "termination_date",
        "department": "department",
        "manager_id": "manager_id",
        "standing": "status",
    }
    assert history.values == {"standing": {"active": "active", "terminated": "left"}}
    assert history.questions == (LAST_DAY.format("termination_date"),)
    people = found["people/canonical"]
    assert people.columns == {"employee_id": "employee_id", "last_name": "full_name"}


@pytest.mark.slow
def test_what_is_drafted_of_a_plain_list_is_accepted_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "employee_master.csv").write_text(LIST, encoding="utf-8")
    drafted = CliRunner().invoke(
        main, ["init", str(tmp_path), "--exports", str(tmp_path / "exports")]
    )
    assert drafted.exit_code == 0, drafted.output
    checked = CliRunner().invoke(main, ["check", "-C", str(tmp_path)])
    assert checked.exit_code == 0, checked.output


def test_a_list_without_leavers_is_asked_about(tmp_path: Path) -> None:
    text = "Employee ID,Hire Date,Department,Shoe size\n" + "".join(
        f"E{n},2020-01-{n:02d},B,4{n}\n" for n in range(1, 6)
    )
    draft = placed(recognized(tmp_path, text))["job_history/spells"]
    assert draft.questions == (
        "no header says when people left: are they in it, with the day? Without them retention "
        "would be 100 %",
    )


def test_headers_that_nothing_uses_do_not_count_against_a_table(tmp_path: Path) -> None:
    others = [f"Custom field {n}" for n in range(30)]
    lines = LIST.splitlines()
    text = "\n".join([",".join([lines[0], *others]), *(line + "," * 30 for line in lines[1:])])
    assert set(placed(recognized(tmp_path, text))) == {"job_history/spells", "people/canonical"}


@pytest.mark.parametrize("language", WHO)
def test_lists_of_people_are_known_in_six_languages(tmp_path: Path, language: str) -> None:
    here, gone = STANDINGS[language]
    text = (
        f"{WHO[language]}\n1;Ada;Lund;2019-04-01;;X;{here}\n"
        f"2;Bo;Rey;2020-09-15;2023-06-30;Y;{gone}\n3;Cy;Ode;2021-01-04;;Y;{here}\n"
    )
    found = placed(recognized(tmp_path, text))
    headers = WHO[language].split(";")
    history = found["job_history/spells"]
    assert history.columns == dict(
        zip(
            ("employee_id", "hired_on", "left_on", "department", "standing"),
            (headers[0], *headers[3:]),
            strict=True,
        )
    )
    assert history.values["standing"] == {here: "active", gone: "left"}
    named = {"employee_id": headers[0], "first_name": headers[1], "last_name": headers[2]}
    assert found["people/canonical"].columns == named


def test_workday_s_own_events_are_known_by_their_parts(tmp_path: Path) -> None:
    events = {
        "Hire": "hire",
        "Promote Employee Inbound > Promote Employee": "promotion",
        "Transfer Employee Inbound > Transfer Employee": "transfer",
        "Terminate Employee > Terminate Employee > Voluntary": "exit",
    }
    text = "Employee ID,Effective Date,Business Process Type\n" + "".join(
        f"E1,202{n}-01-01,{event}\n" for n, event in enumerate(events)
    )
    draft = placed(recognized(tmp_path, text))["job_history/canonical"]
    assert draft.values["event"] == events


def test_codes_of_peoplesoft_are_known(tmp_path: Path) -> None:
    codes = {"HIR": "hire", "PRO": "promotion", "XFR": "transfer", "TER": "exit", "DTA": "change"}
    text = "EMPLID,EFFDT,ACTION,DEPTID\n" + "".join(
        f"0001,202{n}-01-01,{code},D1\n" for n, code in enumerate(codes)
    )
    draft = placed(recognized(tmp_path, text))["job_history/canonical"]
    assert draft.values["event"] == codes


def test_the_state_of_an_infotype_of_sap_is_known(tmp_path: Path) -> None:
    text = (
        "PERNR,BEGDA,ENDDA,MASSN,STAT2\n1,20190401,20210630,01,3\n1,20210701,99991231,02,3\n"
        "2,20200915,20230630,01,3\n2,20230701,99991231,10,0\n"
    )
    draft = placed(recognized(tmp_path, text))["job_history/changes"]
    assert draft.values["standing"] == {"0": "left", "3": "active"}


def test_a_sheet_of_pairs_is_drafted_with_what_it_lacks(tmp_path: Path) -> None:
    text = "Mentor,Mentee,Date\n" + "".join(
        f"a{n}@x.example,b{n}@x.example,2024-02-0{n}\n" for n in range(1, 6)
    )
    draft = placed(recognized(tmp_path, text))["pairings/pairs"]
    assert draft.columns == {"mentor_id": "Mentor", "mentee_id": "Mentee", "started_on": "Date"}
    assert draft.constants == {"program_id": "mentoring"}
    assert draft.questions == (
        "no header says program_id (the program): every record is taken to say mentoring; right?",
    )


def test_where_people_are_named_by_e_mail_it_is_asked_whether_others_do_so(tmp_path: Path) -> None:
    text = "Name,Work email,Date joined,Date left,Team\n" + "".join(
        f"Ada {n},a{n}@x.example,2020-01-0{n},,B\n" for n in range(1, 6)
    )
    draft = placed(recognized(tmp_path, text))["job_history/spells"]
    assert draft.questions[0] == (
        "no header says an employee id: do other exports name people by Work email, too?"
    )


def test_a_word_that_stands_for_no_code_is_read_as_unknown_and_asked_about(tmp_path: Path) -> None:
    text = LIST.replace("E3,Cy Ode,E1,active", "E3,Cy Ode,E1,on the moon")
    draft = placed(recognized(tmp_path, text))["job_history/spells"]
    assert draft.values["standing"] == {"active": "active", "terminated": "left", "*": ""}
    assert draft.questions[0] == (
        "1 word stands under status for no known standing, to be read as unknown: map what it "
        "means under values"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Employee ID,Start Date,End Date,Location,Shift,Area\n"
        "E1,2024-05-20,2024-05-20,Troy,Early,Bar\nE2,2024-05-20,2024-05-20,Troy,Late,Bar\n",
        "Employee ID,First Name,Last Name,Time Off Type,Start Date,End Date,Department\n"
        "E1,Ada,Lund,Sick,2024-05-20,2024-05-21,B\nE2,Bo,Rey,Sick,2024-05-20,2024-05-22,B\n",
        "Candidate ID,First Name,Last Name,Email,Hired Date,Department\n"
        "1,Ada,Lund,a@x.example,2024-05-20,B\n2,Bo,Rey,b@x.example,2024-05-21,B\n",
    ],
)
def test_shifts_absences_and_candidates_are_no_employments(tmp_path: Path, text: str) -> None:
    assert not recognized(tmp_path, text).drafts


def test_a_file_that_is_not_placed_says_the_nearest_table_and_what_it_lacks(tmp_path: Path) -> None:
    text = "Worker Key,Department,Job Title,Grade\n1,B,Rep,2\n2,C,Rep,3\n"
    (unplaced,) = recognized(tmp_path, text).unplaced
    assert unplaced.reason == (
        "its headers do not tell what it holds; nearest is job_history: 4 of 4 headers fit "
        "job_history, but no header says effective_on and event"
    )


def test_what_init_says_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "employees.csv").write_text(LIST, encoding="utf-8")
    headers = ",".join(f"Some header of a file that nobody knows {n}" for n in range(20))
    (exports / "unknown.csv").write_text(f"{headers}\n{',' * 19}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["init", str(tmp_path), "--exports", str(exports)])
    assert done.exit_code == 0, done.output
    said = [line for line in done.output.splitlines() if str(tmp_path) not in line]
    assert max(map(len, said)) <= 80


QUALTRICS = (
    "StartDate,EndDate,RecordedDate,ResponseId,Q1,Q2,Q3,Q4\n"
    "Start,End,Recorded,Id,I feel valued,Would you recommend the program?,How clear is it?,More?\n"
    + ",".join(
        f'"{{""ImportId"":""{name}""}}"'
        for name in ("startDate", "endDate", "recordedDate", "_recordId", "Q1", "Q2", "Q3", "Q4")
    )
    + "\n"
    + "".join(
        f"2024-05-0{n},2024-05-0{n},2024-05-0{n},R_{n},{n},{n + 4},{word},text number {n} it is\n"
        for n, word in enumerate(("Agree", "Strongly agree", "Disagree", "Agree"), start=1)
    )
)


def test_the_questions_of_a_survey_are_drafted_with_their_scales(tmp_path: Path) -> None:
    found = recognized(tmp_path, QUALTRICS, "pulse_2024.csv")
    (draft,) = found.drafts
    assert draft.constants == {"survey_id": "pulse_2024"}
    assert draft.values["answer"] == {"Agree": "4", "Disagree": "2", "Strongly agree": "5"}
    assert [
        (i.survey_id, i.item_id, i.text, i.kind, i.scale_min, i.scale_max) for i in found.items
    ] == [
        ("pulse_2024", "Q1", "I feel valued", "likert", 1, 5),
        ("pulse_2024", "Q2", "Would you recommend the program?", "nps", 0, 10),
        ("pulse_2024", "Q3", "How clear is it?", "likert", 1, 5),
        ("pulse_2024", "Q4", "More?", "text", None, None),
    ]


@pytest.mark.slow
def test_the_answers_of_a_drafted_survey_are_not_refused(tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "employees.csv").write_text(LIST, encoding="utf-8")
    (exports / "pulse_2024.csv").write_text(QUALTRICS, encoding="utf-8")
    done = CliRunner().invoke(main, ["init", str(tmp_path), "--exports", str(exports)])
    assert done.exit_code == 0, done.output
    sources = yaml.safe_load((tmp_path / "mentorship.yml").read_text(encoding="utf-8"))["sources"]
    assert {s["table"]: s["path"] for s in sources}["survey_items"] == "survey_items.csv"
    checked = CliRunner().invoke(main, ["check", "-C", str(tmp_path)])
    assert checked.exit_code == 0, checked.output


def test_an_employee_s_id_is_told_by_two_words_and_comes_before_an_e_mail(tmp_path: Path) -> None:
    text = (
        "Workday ID,Email,Hire Date,Manager Workday ID,Job Title\n"
        "W1,ada@corp.example,2019-04-01,,Buyer\nW2,bo@corp.example,2020-09-15,W1,Buyer\n"
    )
    history = next(d for d in recognized(tmp_path, text).drafts if d.table == "job_history")
    assert history.columns["employee_id"] == "Workday ID"


def test_jobs_with_a_first_and_a_last_day_are_spells(tmp_path: Path) -> None:
    text = (
        "employee_id,start_date,end_date,job_id\n"
        "101,2013-01-13,2018-07-24,CLERK\n101,2018-07-25,2020-01-31,REP\n101,2020-02-01,,MANAGER\n"
    )
    (draft,) = recognized(tmp_path, text).drafts
    assert (draft.table, draft.preset) == ("job_history", "spells")
    assert draft.columns == {
        "employee_id": "employee_id",
        "hired_on": "start_date",
        "left_on": "end_date",
        "job_title": "job_id",
    }


def test_a_list_of_questions_is_survey_items(tmp_path: Path) -> None:
    text = "question_number,question_short,question_category\nQ1,Pride in my work,Job\n"
    (draft,) = recognized(tmp_path, text, "items.csv").drafts
    assert draft.table == "survey_items"
    assert draft.columns == {
        "item_id": "question_number",
        "text": "question_short",
        "construct": "question_category",
    }


def test_little_words_of_a_header_do_not_matter(tmp_path: Path) -> None:
    text = "matrícula;data-ingresso;setor\n101;01/04/2019;Vendas\n102;15/09/2020;Compras\n"
    (draft,) = recognized(tmp_path, text, "funcionarios.csv").drafts
    assert draft.columns["hired_on"] == "data-ingresso"
