"""The verdicts on an effect as pages show them: what each says, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from analyses import verdicts as declared


@dataclass(frozen=True)
class Verdict(declared.Verdict):
    """One rung of the ladder of verdicts.

    Attributes:
        tone: how its badge looks; the words say the same without any color.
    """

    tone: str = "silent"

    @property
    def is_clear(self) -> bool:
        """Whether the 95 % interval itself keeps clear of zero."""
        return self.name in (declared.CLEAR_BENEFIT, declared.CLEAR_HARM)

    @property
    def is_found(self) -> bool:
        """Whether the verdict names a direction."""
        return self.is_clear or self.name in (declared.LIKELY_BENEFIT, declared.LIKELY_HARM)


TONES = {
    declared.TOO_FEW: "silent",
    declared.NOT_COMPARABLE: "stopped",
    declared.CONTRADICTED: "stopped",
    declared.CLEAR_BENEFIT: "good",
    declared.CLEAR_HARM: "bad",
    declared.LIKELY_BENEFIT: "hopeful",
    declared.LIKELY_HARM: "worrying",
    declared.NO_CLEAR_EFFECT: "neutral",
}
LADDER = tuple(
    Verdict(rung.name, rung.meaning, rung.is_stated, TONES[rung.name]) for rung in declared.LADDER
)
NAIVE = Verdict(
    declared.NAIVE_COMPARISON,
    "Ever mentored against never mentored. Shown struck out, so that it can be recognized.",
    is_stated=False,
    tone="stopped",
)
_BY_NAME = {verdict.name: verdict for verdict in (*LADDER, NAIVE)}
TOO_FEW = _BY_NAME[declared.TOO_FEW]
NOT_COMPARABLE = _BY_NAME[declared.NOT_COMPARABLE]
CONTRADICTED = _BY_NAME[declared.CONTRADICTED]


def verdict(name: str) -> Verdict:
    """Return the verdict of this name; one this release does not know makes no headline."""
    return _BY_NAME.get(name) or Verdict(name or "no verdict", "", is_stated=False)
