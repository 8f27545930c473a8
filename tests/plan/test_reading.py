"""The rule who may read, case by case."""

import pytest

from bot.plan.reading import (
    EVERY_BOARD,
    Access,
    AccessRefusal,
    AccountKind,
    ReadPolicy,
    Standing,
    decide_access,
    needs_standing,
)

PLAN, WORKSPACE = ReadPolicy.PLAN, ReadPolicy.WORKSPACE
NONE: frozenset[int] = frozenset()
ONE, OTHER, BOTH = frozenset({1}), frozenset({2}), frozenset({1, 2})
IN, OUT, UNASKED = Standing(AccountKind.MEMBER, in_channel=True), Standing(AccountKind.MEMBER), Standing(None)
GUEST, FOREIGN, LEFT = (
    Standing(kind, in_channel=True)
    for kind in (AccountKind.GUEST, AccountKind.FOREIGN, AccountKind.DEACTIVATED)
)


@pytest.mark.parametrize(
    ("policy", "known", "of_channel", "needed"),
    [
        (PLAN, NONE, NONE, False),
        (PLAN, NONE, ONE, True),
        (PLAN, ONE, NONE, False),
        (PLAN, ONE, ONE, False),
        (PLAN, BOTH, ONE, False),
        (PLAN, ONE, OTHER, True),
        (PLAN, ONE, BOTH, True),
        (WORKSPACE, NONE, NONE, True),
        (WORKSPACE, NONE, ONE, True),
        (WORKSPACE, ONE, OTHER, False),
    ],
)
def test_the_platform_is_asked_only_about_whoever_the_plan_does_not_know(
    policy: ReadPolicy, known: frozenset[int], of_channel: frozenset[int], needed: bool
) -> None:
    assert needs_standing(policy, known, of_channel) is needed


@pytest.mark.parametrize(
    ("policy", "known", "of_channel", "standing", "expected"),
    [
        (PLAN, ONE, NONE, None, Access(ONE, ONE)),
        (PLAN, ONE, ONE, None, Access(ONE, ONE)),
        (PLAN, NONE, NONE, None, AccessRefusal.UNKNOWN),
        (PLAN, NONE, ONE, IN, Access(ONE, NONE)),
        (PLAN, NONE, BOTH, IN, Access(BOTH, NONE)),
        (PLAN, NONE, ONE, OUT, AccessRefusal.UNKNOWN),
        (PLAN, NONE, NONE, IN, AccessRefusal.UNKNOWN),
        (PLAN, NONE, ONE, GUEST, AccessRefusal.OUTSIDER),
        (PLAN, NONE, ONE, FOREIGN, AccessRefusal.OUTSIDER),
        (PLAN, NONE, ONE, LEFT, AccessRefusal.OUTSIDER),
        (PLAN, NONE, ONE, UNASKED, AccessRefusal.UNASKED),
        (PLAN, ONE, OTHER, IN, Access(BOTH, ONE)),
        (PLAN, ONE, OTHER, OUT, Access(ONE, ONE)),
        (PLAN, ONE, OTHER, GUEST, Access(ONE, ONE)),
        (PLAN, ONE, OTHER, UNASKED, Access(ONE, ONE)),
        (WORKSPACE, ONE, OTHER, None, Access(EVERY_BOARD, EVERY_BOARD)),
        (WORKSPACE, NONE, NONE, OUT, Access(EVERY_BOARD, EVERY_BOARD)),
        (WORKSPACE, NONE, ONE, GUEST, AccessRefusal.OUTSIDER),
        (WORKSPACE, NONE, ONE, LEFT, AccessRefusal.OUTSIDER),
        (WORKSPACE, NONE, NONE, UNASKED, AccessRefusal.UNASKED),
    ],
)
def test_what_each_may_read(
    policy: ReadPolicy,
    known: frozenset[int],
    of_channel: frozenset[int],
    standing: Standing | None,
    expected: Access | AccessRefusal,
) -> None:
    assert decide_access(policy, known, of_channel, standing) == expected


def test_every_board_is_every_board() -> None:
    assert 1 in EVERY_BOARD
    assert 10**9 in EVERY_BOARD
