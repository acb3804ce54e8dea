"""What there is to say of a case that failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from colab_setup.checking.hinting.measuring import Sentence

from ..assignment import LANGUAGES, Variant, translations
from ..mutation import Said

AS_IF = "Your function answers as if {0}."

FOLLOWS = "This follows from a mistake in {function}. {hint}"

CaseName = tuple[str, str]


@dataclass(frozen=True)
class Explanation:
    """Why a function answers as it does: its own misconceptions, or those of another one that it calls.

    `clauses` tell what mutants say beside.
    """

    own: tuple[Variant, ...]
    others: tuple[Variant, ...]
    clauses: tuple[Said, ...] = ()

    def hints(self, language: str) -> list[str]:
        """The sentences in a language."""
        translate = translations(language, "hints").gettext
        texts = [variant.hint_in(language) for variant in self.own]
        texts += [Said(AS_IF, (clause,)).text(translate) for clause in self.clauses]
        texts = list(dict.fromkeys(texts))
        follows = translations(language, "hints").gettext(FOLLOWS)
        return texts or [
            follows.format(function=variant.function, hint=variant.hint_in(language))
            for variant in self.others
        ]


@dataclass(frozen=True)
class Diagnosis:
    """What there is to say of a case that failed.

    Attributes:
        misconceptions: the names of those that explain all answers of the function; none where it was measured only.
        hint: what to look at, by language; empty where nothing is certain.
        evidence: one call that went wrong; see `grading.telling.feedback.EVIDENCE`.
    """

    misconceptions: tuple[str, ...] = ()
    hint: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)


def together(parts: list[Diagnosis]) -> Diagnosis:
    names = tuple(dict.fromkeys(name for part in parts for name in part.misconceptions))
    certain = [part for part in parts if part.misconceptions] or parts[:1]
    hint = {
        language: " ".join(dict.fromkeys(part.hint[language] for part in certain if part.hint))
        for language in LANGUAGES
        if any(part.hint for part in certain)
    }
    shown = next((part.evidence for part in parts if part.evidence), {})
    return Diagnosis(names, hint, shown)


def in_all_languages(sentence: Sentence) -> dict[str, str]:
    return {language: sentence.text(translations(language, "hints").gettext) for language in LANGUAGES}
