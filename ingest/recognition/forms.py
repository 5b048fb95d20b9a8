"""A file of answers that no vendor's preset knows: when somebody answered, and questions."""

from __future__ import annotations

from ingest.columns.presets import read_preset
from ingest.files.headers import folded
from ingest.recognition.candidates import Candidate
from ingest.recognition.inspection import InspectedFile
from ingest.recognition.lexicon import asks, bare, is_pair_of_words

PRESET = "form"
# Headers that may hold what a response says of itself, the likeliest first.
COLUMNS: dict[str, tuple[str, ...]] = {
    "submitted_at": (
        *("submitted at", "submitted on", "submit date", "date submitted", "submission date"),
        *("submission time", "recorded date", "completed at", "completion time", "date completed"),
        *("ended", "date ended", "date finished", "survey date", "date of survey"),
        *("complete time", "time finished", "finished at", "response date", "responded at"),
        *("timestamp", "end time", "endtime", "end date", "end", "created at", "lastdata"),
        *("zeitstempel", "abgesendet am", "horodateur", "date d'envoi", "date de soumission"),
        *("marca temporal", "fecha de envío", "fecha de respuesta", "carimbo de data/hora"),
        *("data de envio", "data da resposta", "ingediend op", "verzonden op", "tijdstempel"),
        *("fertigstellungszeit", "heure de fin", "hora de finalización", "hora de conclusão"),
        *("tijd van voltooien", "datum abgeschickt", "date de soumission", "fecha y hora"),
    ),
    "response_id": (
        *("response id", "submission id", "respondent id", "response number", "key", "case"),
        *("instance id", "record id", "antwort id", "id de réponse", "id de respuesta"),
        *("id da resposta", "id", "_id", "#"),
    ),
    "respondent_id": (
        *("respondent email", "email address", "email", "e-mail", "your email", "employee id"),
        *("external reference", "courriel", "adresse e-mail", "correo electrónico", "e-mailadres"),
        *("e-mail-adresse", "adresse de messagerie", "endereço de e-mail", "indirizzo email"),
        *("dirección de correo electrónico",),
    ),
}
# Headers of responses that nothing but survey tools writes; so many of them are proof enough.
SURVEY_HEADERS = frozenset(
    bare(header)
    for header in (
        *("response id", "respondent id", "submission id", "instance id", "submission date"),
        *("date submitted", "submit date", "response status", "response type", "time started"),
        *("formdef version", "review status", "last page", "start language", "seed", "lastdata"),
        *("questnnr", "maxpage", "submission time", "xform id string", "validation status"),
        *("redcap survey identifier", "survey timestamp", "collector id", "network id", "finished"),
        *("interview time", "date last action", "time taken to complete (seconds)"),
    )
)
SURVEY_HEADERS_MIN = 3
# Questions that make a form by themselves, and together with an id of each response.
QUESTIONS_MIN, QUESTIONS_BESIDE_ID_MIN = 2, 1


def form_candidate(inspected: InspectedFile) -> Candidate | None:
    """Return what the headers of a form suggest; nothing where they ask nothing."""
    columns = _columns(inspected)
    if "submitted_at" not in columns:
        return None
    preset = read_preset(PRESET)
    beside = {folded(header) for header in preset.not_items}
    others = [
        header
        for header in inspected.headers
        if header not in columns.values() and folded(header) not in beside
    ]
    asked_n = sum(asks(header) for header in others)
    asked_min = QUESTIONS_BESIDE_ID_MIN if "response_id" in columns else QUESTIONS_MIN
    survey_n = sum(bare(header) in SURVEY_HEADERS for header in inspected.headers)
    is_survey = survey_n >= SURVEY_HEADERS_MIN and "response_id" in columns
    if not is_survey and (asked_n < asked_min or 2 * asked_n < len(others)):
        return None
    return Candidate(
        inspected,
        "survey_responses",
        PRESET,
        preset,
        f"{survey_n} of its headers are those of a survey tool, and {asked_n} ask something",
        is_by_words=True,
        is_telling=is_survey,
        columns=columns,
    )


def _columns(inspected: InspectedFile) -> dict[str, str]:
    once = {
        bare(header): header
        for header in inspected.headers
        if inspected.position(header) is not None
    }
    found: dict[str, str] = {}
    for column, words in COLUMNS.items():
        header = next((once[bare(w)] for w in words if bare(w) in once), None)
        pairs = [h for h in once.values() if is_pair_of_words(h, column)]
        if header is None and len(pairs) == 1:
            header = pairs[0]
        if header is not None and header not in found.values():
            found[column] = header
    return found
