"""Which action of a newer version is which action of the plan: by ref where titles agree, then by title.

Similarity is rapidfuzz's ratio of the titles' words in lower case and alphabetical order, from 0 to 100. In
the July 2021 plan the two most similar titles of different actions score 82, so SAME_SCORE is above that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.importing.drafting.draft import ActionDraft
from bot.plan.text import plain_marks
from models.plans import Action

# From this score on, two titles are the same action, whatever their refs.
SAME_SCORE = 88.0
# From this score on they may be: that is asked.
POSSIBLE_SCORE = 60.0
# Below this, two actions with the same ref count as different ones, and that is asked.
DIFFERENT_SCORE = 50.0
# Where two scores are as close as this, neither match is certain.
CLEAR_MARGIN = 3.0
MAX_CANDIDATES = 5


def title_similarity(one: str, other: str, *, at_least: float = 0.0) -> float:
    """0 to 100; 0 for less than `at_least`."""
    return (
        100.0 if one == other else fuzz.ratio(_sorted_words(one), _sorted_words(other), score_cutoff=at_least)
    )


def match_actions(
    actions: Sequence[Action], drafts: Sequence[ActionDraft], *, decided: Mapping[int, int]
) -> dict[int, int]:
    """The index in `drafts` of each action that is found there, by the action's id; one to one.

    decided: matches that somebody has answered, in the same shape.
    """
    matching = _Matcher(actions, drafts, dict(decided))
    matching.match_by_ref(SAME_SCORE)
    matching.match_by_title()
    matching.match_by_ref(DIFFERENT_SCORE)
    return matching.matches


def find_similar(action: Action, drafts: Sequence[ActionDraft], indexes: Iterable[int]) -> list[int]:
    """The indexes of drafts that may be the same action, by title or ref; the most similar first."""
    scored = [(_similarity(action, drafts[index]), index) for index in indexes]
    return [index for score, index in sorted(scored, key=lambda each: -each[0]) if score]


def _similarity(action: Action, draft: ActionDraft) -> float:
    same_ref = (action.section.number, action.ref.lower()) == (draft.section, draft.ref.lower())
    return max(
        title_similarity(action.title, draft.title, at_least=POSSIBLE_SCORE),
        POSSIBLE_SCORE if same_ref else 0.0,
    )


class _Matcher:
    """What is matched so far, and what is left on both sides."""

    def __init__(
        self, actions: Sequence[Action], drafts: Sequence[ActionDraft], matches: dict[int, int]
    ) -> None:
        self.actions, self.drafts, self.matches = actions, drafts, matches
        self.matched_indexes = set(matches.values())

    def match_by_ref(self, at_least: float) -> None:
        """Match those of the same section and ref, the most alike first; what is gone only if it is alike."""
        places: dict[tuple[str, str], list[int]] = {}
        for place, draft in enumerate(self.drafts):
            places.setdefault((draft.section, draft.ref.lower()), []).append(place)
        pairs = [
            _Pair(title_similarity(action.title, self.drafts[place].title), action, place)
            for action in self.actions
            for place in places.get((action.section.number, action.ref.lower()), ())
        ]
        for pair in sorted(
            pairs, key=lambda each: (-each.score, each.action.gone_at is not None, each.index)
        ):
            if pair.score >= (POSSIBLE_SCORE if pair.action.gone_at else at_least):
                self._match(pair.action, pair.index)

    def match_by_title(self) -> None:
        """Match what is left by title alone, where no other title is as near."""
        pairs = self._similar_pairs()
        of_action, of_place = _group_pairs(pairs)
        for pair in sorted(pairs, key=lambda each: (-each.score, each.action.gone_at is not None)):
            near = [*of_action[pair.action.id], *of_place[pair.index]]
            rivals = [
                each for each in near if each != pair and self._is_free(each) and each.competes_with(pair)
            ]
            if not rivals or self._same_section(pair, rivals):
                self._match(pair.action, pair.index)

    def _similar_pairs(self) -> list["_Pair"]:
        free = [place for place in range(len(self.drafts)) if place not in self.matched_indexes]
        titles = {place: _sorted_words(self.drafts[place].title) for place in free}
        return [
            _Pair(score, action, place)
            for action in self.actions
            if action.id not in self.matches
            for _, score, place in process.extract(
                _sorted_words(action.title),
                titles,
                scorer=fuzz.ratio,
                score_cutoff=SAME_SCORE,
                limit=MAX_CANDIDATES,
            )
        ]

    def _is_free(self, pair: "_Pair") -> bool:
        return pair.action.id not in self.matches and pair.index not in self.matched_indexes

    def _same_section(self, pair: "_Pair", rivals: Sequence["_Pair"]) -> bool:
        """A title that stands once in each section belongs to its own."""
        return self._stays_in_section(pair) and not any(self._stays_in_section(each) for each in rivals)

    def _stays_in_section(self, pair: "_Pair") -> bool:
        return self.drafts[pair.index].section == pair.action.section.number

    def _match(self, action: Action, index: int) -> None:
        if action.id not in self.matches and index not in self.matched_indexes:
            self.matches[action.id] = index
            self.matched_indexes.add(index)


@dataclass(frozen=True)
class _Pair:
    score: float
    action: Action
    index: int

    def competes_with(self, other: "_Pair") -> bool:
        return self.score > other.score - CLEAR_MARGIN


def _group_pairs(pairs: Sequence[_Pair]) -> tuple[dict[int, list[_Pair]], dict[int, list[_Pair]]]:
    of_action: dict[int, list[_Pair]] = {}
    of_place: dict[int, list[_Pair]] = {}
    for pair in pairs:
        of_action.setdefault(pair.action.id, []).append(pair)
        of_place.setdefault(pair.index, []).append(pair)
    return of_action, of_place


def _sorted_words(title: str) -> str:
    """The title's words in alphabetical order, so that their order does not count."""
    return " ".join(sorted(plain_marks(title).casefold().split()))
