"""Which action of a newer version is which action of the plan: by ref where titles agree, then by title.

Likeness is rapidfuzz's ratio of the titles' words in lower case and alphabetical order, from 0 to 100. In the
July 2021 plan the two most alike titles of different actions score 82, so SAME lies above that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.importing.drafting.draft import ActionDraft
from bot.plan.text import plain_marks
from models.plans import Action

# From here on two titles are the same action, whatever their refs.
SAME = 88.0
# From here on they may be: that is asked.
MAYBE = 60.0
# Below this, two actions with the same ref are taken for different ones, and that is asked.
UNLIKE = 50.0
# A title that fits two others about as well fits neither for certain.
CLEARLY = 3.0
MOST_ALIKE = 5


def likeness(one: str, other: str, *, at_least: float = 0.0) -> float:
    """How alike two titles are, 0 for less than `at_least`."""
    return 100.0 if one == other else fuzz.ratio(_plain(one), _plain(other), score_cutoff=at_least)


def match(
    known: Sequence[Action], drafts: Sequence[ActionDraft], *, fixed: Mapping[int, int]
) -> dict[int, int]:
    """The place in the document of each action found there, by the action's id; one to one.

    fixed: matches somebody has decided on.
    """
    matching = _Matching(known, drafts, dict(fixed))
    matching.by_ref(SAME)
    matching.by_title()
    matching.by_ref(UNLIKE)
    return matching.found


def alike(action: Action, drafts: Sequence[ActionDraft], places: Iterable[int]) -> list[int]:
    """The places that may mean the same action, most alike first: by title, or by having its very ref."""
    scored = [(_score(action, drafts[place]), place) for place in places]
    return [place for score, place in sorted(scored, key=lambda each: -each[0]) if score]


def _score(action: Action, draft: ActionDraft) -> float:
    same_ref = (action.section.number, action.ref.lower()) == (draft.section, draft.ref.lower())
    return max(likeness(action.title, draft.title, at_least=MAYBE), MAYBE if same_ref else 0.0)


class _Matching:
    """What is matched so far, and what is left on both sides."""

    def __init__(self, known: Sequence[Action], drafts: Sequence[ActionDraft], found: dict[int, int]) -> None:
        self.known, self.drafts, self.found = known, drafts, found
        self.taken = set(found.values())

    def by_ref(self, at_least: float) -> None:
        """Match those of the same section and ref, the most alike first; what is gone only if it is alike."""
        places: dict[tuple[str, str], list[int]] = {}
        for place, draft in enumerate(self.drafts):
            places.setdefault((draft.section, draft.ref.lower()), []).append(place)
        pairs = [
            _Pair(likeness(action.title, self.drafts[place].title), action, place)
            for action in self.known
            for place in places.get((action.section.number, action.ref.lower()), ())
        ]
        for pair in sorted(
            pairs, key=lambda each: (-each.score, each.action.gone_at is not None, each.place)
        ):
            if pair.score >= (MAYBE if pair.action.gone_at else at_least):
                self._take(pair.action, pair.place)

    def by_title(self) -> None:
        """Match what is left by title alone, where no other title is as near."""
        pairs = self._alike_pairs()
        of_action, of_place = _grouped(pairs)
        for pair in sorted(pairs, key=lambda each: (-each.score, each.action.gone_at is not None)):
            near = [*of_action[pair.action.id], *of_place[pair.place]]
            rivals = [each for each in near if each != pair and self._is_free(each) and each.rivals(pair)]
            if not rivals or self._same_section(pair, rivals):
                self._take(pair.action, pair.place)

    def _alike_pairs(self) -> list["_Pair"]:
        free = [place for place in range(len(self.drafts)) if place not in self.taken]
        titles = {place: _plain(self.drafts[place].title) for place in free}
        return [
            _Pair(score, action, place)
            for action in self.known
            if action.id not in self.found
            for _, score, place in process.extract(
                _plain(action.title), titles, scorer=fuzz.ratio, score_cutoff=SAME, limit=MOST_ALIKE
            )
        ]

    def _is_free(self, pair: "_Pair") -> bool:
        return pair.action.id not in self.found and pair.place not in self.taken

    def _same_section(self, pair: "_Pair", rivals: Sequence["_Pair"]) -> bool:
        """A title that stands once in each section belongs to its own."""
        return self._stays(pair) and not any(self._stays(each) for each in rivals)

    def _stays(self, pair: "_Pair") -> bool:
        return self.drafts[pair.place].section == pair.action.section.number

    def _take(self, action: Action, place: int) -> None:
        if action.id not in self.found and place not in self.taken:
            self.found[action.id] = place
            self.taken.add(place)


@dataclass(frozen=True)
class _Pair:
    score: float
    action: Action
    place: int

    def rivals(self, other: "_Pair") -> bool:
        return self.score > other.score - CLEARLY


def _grouped(pairs: Sequence[_Pair]) -> tuple[dict[int, list[_Pair]], dict[int, list[_Pair]]]:
    of_action: dict[int, list[_Pair]] = {}
    of_place: dict[int, list[_Pair]] = {}
    for pair in pairs:
        of_action.setdefault(pair.action.id, []).append(pair)
        of_place.setdefault(pair.place, []).append(pair)
    return of_action, of_place


def _plain(title: str) -> str:
    """The title's words in alphabetical order, so that their order does not count."""
    return " ".join(sorted(plain_marks(title).casefold().split()))
