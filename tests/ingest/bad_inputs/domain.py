"""Files that contradict themselves or each other: 58 to 88."""

from __future__ import annotations

from tests.ingest.bad_inputs.catalog import Write, listed
from tests.ingest.conftest import Workspace

HISTORY = "employee_id,effective_on,event,department,level,manager_id,employment_type"
PAIRINGS = "pairing_id,program_id,mentor_id,mentee_id,started_on,ended_on"
RESPONSES = "survey_id,wave,response_id,respondent_id,submitted_at,item_id,answer"
PEOPLE = "employee_id,email,first_name,last_name,birth_year"
ALL_PAIRINGS = "select count(*) from pairings"
ALL_RESPONSES = "select count(distinct response_id) from survey_responses"


def history(*lines: str) -> Write:
    """Return what writes more of the job history."""
    text = "\n".join([HISTORY, *lines, ""])
    return lambda workspace: workspace.write("job_history", text, "more_history.csv")


def pairings(*lines: str) -> Write:
    text = "\n".join([PAIRINGS, *lines, ""])
    return lambda workspace: workspace.write("pairings", text)


def people(*lines: str) -> Write:
    text = "\n".join([PEOPLE, *lines, ""])
    return lambda workspace: workspace.write("people", text, "more_people.csv")


def responses(*lines: str, items: str = "S,q,likert,1,5,false") -> Write:
    text = "\n".join([RESPONSES, *lines, ""])

    def write(workspace: Workspace) -> None:
        header = "survey_id,item_id,kind,scale_min,scale_max,is_reversed"
        workspace.write("survey_responses", text)
        workspace.write("survey_items", f"{header}\n{items}\n")

    return write


def both(*writes: Write) -> Write:
    return lambda workspace: [write(workspace) for write in writes]


def jobs(condition: str) -> str:
    return f"select count(*) from job_history where {condition}"


listed(
    58,
    "an employee twice",
    "quarantined",
    "the second record, where it says something else; the same again is a duplicate",
    people("E1,other@corp.example,Quillon,Zyxwarth,"),
    table="people",
    reasons={"conflicting_key": 1},
)
listed(
    59,
    "one person with two ids",
    "quarantined",
    "both, with the names in the state folder: nobody may count twice",
    both(
        history("E9,2019-01-01,hire,Sales,1,,"),
        people("E9,quillon.zyx@corp.example,Quillon,Zyxwarth,"),
    ),
    table="people",
    reasons={"two_ids": 2},
)
listed(
    60,
    "one id for two people",
    "quarantined",
    "all its records",
    both(
        people("E7,ann@corp.example,Ann,Able,1960", "E7,zed@corp.example,Zed,Young,1999"),
        history("E7,2019-01-01,hire,Sales,1,,"),
    ),
    table="people",
    reasons={"reused_id": 2},
)
listed(
    61,
    "a rehire",
    "read",
    "as a second employment",
    history("E4,2023-01-01,rehire,Legal,2,,"),
    table="job_history",
    query=(jobs("event = 'rehire'"), [(1,)]),
)
listed(
    62,
    "an exit before the hire",
    "quarantined",
    "the exit",
    history("E6,2018-01-01,exit,,,,", "E6,2019-01-01,hire,Sales,1,,"),
    table="job_history",
    reasons={"exit_before_hire": 1},
)
listed(
    63,
    "a hire to come",
    "read",
    "it does not count before its day",
    history("E6,2026-12-01,hire,Sales,1,,"),
    table="job_history",
    query=(jobs("effective_on = '2026-12-01'"), [(1,)]),
)
listed(
    64,
    "effective dates that overlap",
    "kept and noted",
    "one employment goes on",
    history("E1,2020-01-01,hire,Sales,1,,"),
    table="job_history",
    reasons={"hire_while_employed": 1},
)
listed(
    65,
    "gaps in a history",
    "kept and noted",
    "a rehire without an exit: one employment goes on",
    history("E1,2020-01-01,rehire,Sales,1,,"),
    table="job_history",
    reasons={"rehire_without_exit": 1},
)
listed(
    66,
    "managers in a circle",
    "kept and noted",
    "a manager is no measure's condition",
    history("E6,2019-01-01,hire,Sales,2,E7,", "E7,2019-01-01,hire,Sales,2,E6,"),
    table="job_history",
    reasons={"manager_cycle": 2},
)
listed(
    67,
    "a manager who is nobody",
    "kept and noted",
    "the row stays without one",
    history("E6,2019-01-01,hire,Sales,1,E99,"),
    table="job_history",
    reasons={"unlinked_manager": 1},
)
listed(
    68,
    "a promotion dated back",
    "read",
    "as of its date: one export cannot tell when it was entered; the gate says when later loads "
    "tell more of past months than earlier ones",
    history("E1,2019-06-01,promotion,Sales,2,,"),
    table="job_history",
    query=(jobs("event = 'promotion'"), [(1,)]),
)
listed(
    69,
    "a demotion recorded as a promotion",
    "quarantined",
    "the level says otherwise",
    history("E2,2020-01-01,promotion,Sales,1,,"),
    table="job_history",
    reasons={"level_against_event": 1},
)
listed(
    70,
    "somebody who mentors themselves",
    "quarantined",
    "a pairing has two people",
    pairings("X1,P,E1,e1,2020-01-01,"),
    table="pairings",
    reasons={"self_mentoring": 1},
    query=(ALL_PAIRINGS, [(0,)]),
)
listed(
    71,
    "two who mentor each other",
    "kept and noted",
    "ordinary where one of the programs is reverse",
    pairings("X1,P,E1,E2,2020-01-01,", "X2,P,E2,E1,2020-01-01,"),
    table="pairings",
    reasons={"mutual_mentoring": 2},
    query=(ALL_PAIRINGS, [(2,)]),
)
listed(
    72,
    "a pairing twice",
    "quarantined",
    "the second, where it says something else",
    pairings("X1,P,E1,E2,2020-01-01,", "X1,P,E1,E3,2020-01-01,"),
    table="pairings",
    reasons={"conflicting_key": 1},
    query=(ALL_PAIRINGS, [(1,)]),
)
listed(
    73,
    "a pairing before the hire or after the exit",
    "quarantined",
    "nobody mentors who is not there",
    pairings("X1,P,E1,E4,2023-01-01,"),
    table="pairings",
    reasons={"outside_employment": 1},
    query=(ALL_PAIRINGS, [(0,)]),
)
listed(
    74,
    "an end before the start",
    "quarantined",
    "the pairing",
    pairings("X1,P,E1,E2,2020-06-01,2020-01-01"),
    table="pairings",
    reasons={"end_before_start": 1},
    query=(ALL_PAIRINGS, [(0,)]),
)
listed(
    75,
    "a program that is not in programs",
    "quarantined",
    "where programs are exported",
    both(pairings("X1,Q,E1,E2,2020-01-01,"), lambda w: w.write("programs", "program_id\nP\n")),
    table="pairings",
    reasons={"unknown_program": 1},
    query=(ALL_PAIRINGS, [(0,)]),
)
listed(
    76,
    "somebody who is mentor and mentee",
    "read",
    "in both roles",
    pairings("X1,P,E3,E1,2020-01-01,", "X2,P,E1,E2,2020-01-01,"),
    table="pairings",
    query=(ALL_PAIRINGS, [(2,)]),
)
listed(
    77,
    "an answer outside the scale",
    "quarantined",
    "the response",
    responses("S,w,R1,E1,2024-01-31,q,6"),
    table="survey_responses",
    reasons={"outside_scale": 1},
    query=(ALL_RESPONSES, [(0,)]),
)
listed(
    78,
    "an item asked the other way round",
    "read",
    "`is_reversed` turns it where it is scored",
    responses("S,w,R1,E1,2024-01-31,q,2", items="S,q,likert,1,5,true"),
    table="survey_responses",
    query=("select answer from survey_responses", [("2",)]),
)
listed(
    79,
    "five and seven points for one item",
    "quarantined",
    "what is outside the declared scale; of a wave with several such answers, all of them",
    responses("S,w,R1,E1,2024-01-31,q,7", "S,w,R2,E2,2024-01-31,q,4"),
    table="survey_responses",
    reasons={"outside_scale": 1},
    query=(ALL_RESPONSES, [(1,)]),
)
listed(
    80,
    "a scale that counts from 0",
    "quarantined",
    "all answers of the wave: none of them is what it says",
    responses(*(f"S,w,R{n},E{1 + n % 3},2024-01-{n + 1:02},q,{n % 5}" for n in range(20))),
    table="survey_responses",
    reasons={"shifted_scale": 20},
    query=(ALL_RESPONSES, [(0,)]),
)
listed(
    81,
    "a response twice",
    "read",
    "once",
    responses("S,w,R1,E1,2024-01-31,q,4", "S,w,R1,E1,2024-01-31,q,4"),
    table="survey_responses",
    query=(ALL_RESPONSES, [(1,)]),
    duplicates_n=1,
)
listed(
    82,
    "a response before the hire or after leaving",
    "quarantined",
    "the response",
    responses("S,w,R1,E4,2023-01-31,q,4"),
    table="survey_responses",
    reasons={"response_after_exit": 1},
    query=(ALL_RESPONSES, [(0,)]),
)
listed(
    83,
    "a second round without a first",
    "read",
    "nothing here needs a pair of rounds",
    responses("S,post,R1,E1,2024-01-31,q,4"),
    table="survey_responses",
    query=(ALL_RESPONSES, [(1,)]),
)
listed(
    84,
    "the same answer to everything",
    "kept and noted",
    "it may be meant",
    responses(
        *(f"S,w,R1,E1,2024-01-31,q{n},3" for n in range(6)),
        items="\n".join(f"S,q{n},likert,1,5,false" for n in range(6)),
    ),
    table="survey_responses",
    reasons={"straight_lined": 6},
    query=(ALL_RESPONSES, [(1,)]),
)
listed(
    85,
    "a wave under two names",
    "quarantined",
    "the same response told again in another wave",
    responses("S,w1,R1,E1,2024-01-31 10:00,q,4", "S,w2,R1,E1,2024-01-31 10:00,q,4"),
    table="survey_responses",
    reasons={"relabeled_response": 1},
    query=(ALL_RESPONSES, [(1,)]),
)
SNAPSHOT = "employee_id,snapshot,department,level\n"
PEOPLE_OF = {"Sales": [f"S{n}" for n in range(12)], "Legal": [f"L{n}" for n in range(12)]}


def snapshots(*months: tuple[str, tuple[str, ...]]) -> Write:
    """Return what writes snapshots of some departments."""
    lines = [
        f"{who},{day},{department},1\n"
        for day, departments in months
        for department in departments
        for who in PEOPLE_OF[department]
    ]
    columns = {"employee_id": "employee_id", "snapshot_on": "snapshot"}
    return lambda workspace: workspace.write(
        "job_history",
        SNAPSHOT + "".join(lines),
        "snapshots.csv",
        preset="snapshots",
        columns=columns,
    )


listed(
    86,
    "a snapshot without a department",
    "refused",
    "twelve people do not leave on one day unnoticed",
    snapshots(("2023-01-31", ("Sales", "Legal")), ("2023-02-28", ("Sales",))),
    table="job_history",
    says="misses people in a crowd",
)
listed(
    87,
    "a reorganization that renames departments",
    "kept and noted",
    "counted as moves, unless `values:` gives both one name",
    history(
        *(f"N{n},2019-01-01,hire,Marketing,1,," for n in range(6)),
        *(f"N{n},2021-01-01,change,Growth,1,," for n in range(6)),
    ),
    table="job_history",
    reasons={"renamed_department": 6},
)
listed(
    88,
    "contractors among employees",
    "read",
    "as contractors: they are outside the population of effects",
    history("C1,2019-01-01,hire,Sales,1,,contractor"),
    table="job_history",
    query=(jobs("employment_type = 'contractor'"), [(1,)]),
)
