"""The corpus of lines is whole: every case parses, ids are unique, and every family stands in both files."""

import csv
import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FILES = ("answers", "kept_apart")
FAMILIES = {
    "plain-complete",
    "plain-progress",
    "plain-not-started",
    "blocked-hold-dropped-verified",
    "colours",
    "reply-plain",
    "answers-loose",
    "notes",
    "dates-reasons",
    "weekday-date",
    "date-rest",
    "days",
    "done-but",
    "question",
    "second-update",
    "ranges",
    "other-action",
    "correction",
    "marks-emoji",
    "harmful-offer",
    "openings",
    "council-speech",
    "shares",
    "promises-conditions",
    "small-talk",
    "stop-about",
    "away",
    "not-mine",
    "evidence",
    "printed-refs",
    "dictation",
    "welsh-second-language",
    "lists",
    "commands",
    "options",
    "cells",
    "long-and-rude",
}
NEEDED = {"id", "family", "line", "as", "in", "date", "readable", "aimed", "right", "pressable", "never"}
CASE = NEEDED | {"reply_to", "thread"}
ENTRY = {
    "command",
    "refs",
    "status",
    "declared",
    "due",
    "because_has",
    "note_has",
    "note_not",
    "evidence_has",
    "scope",
}
SCOPE = {"section", "project", "person", "words", "until", "since", "form", "initials"}
STATUSES = {"not-started", "in-progress", "complete", "verified", "on-hold", "dropped", "blocked"}
COLOURS = {"red", "amber", "green"}
COMMANDS = {
    "away",
    "not-mine",
    "update",
    "show",
    "mine",
    "at-risk",
    "overdue",
    "due",
    "history",
    "why",
    "search",
    "undo",
    "digest",
    "export",
    "calendar",
    "help",
    "later",
    "questions",
    "versions",
    "settings",
}

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


BOTH = {name: cases(name) for name in FILES}
FRESH = cases("fresh_eyes")
LATER_FILES = ("later_lines", "kept_later", "second_voices")
LATER_BY_FILE = {name: cases(name) for name in LATER_FILES}
LATER = [case for found in LATER_BY_FILE.values() for case in found]
BY_FILE = {**BOTH, "fresh_eyes": FRESH, **LATER_BY_FILE}
each_file = pytest.mark.parametrize("found", BY_FILE.values(), ids=list(BY_FILE))
BEFORE = [case for name in FILES for case in BOTH[name]]
EVERY = BEFORE + FRESH + LATER


def column(name: str, heading: str) -> set[str]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = next(i for i, row in enumerate(rows) if heading in row)
    place = rows[at].index(heading)
    return {row[place] for row in rows[at + 1 :]}


REFS = column("plan.csv", "Ref") | {"1/4.3", "2/4.3"}
PEOPLE = column("people.csv", "initials")


def check_entry(entry: Case, partial: bool = False) -> None:
    assert set(entry) <= ENTRY, entry
    assert partial or entry["command"] in COMMANDS
    assert entry.get("status", "complete") in STATUSES
    assert entry.get("declared", "red") in COLOURS
    assert entry.get("status") != "blocked" or "declared" not in entry
    assert partial or set(entry.get("refs", [])) <= REFS
    if "due" in entry:
        dt.date.fromisoformat(entry["due"])
    for field in ("because_has", "note_has", "note_not"):
        assert all(word == word.lower() for word in entry.get(field, []))
    assert set(entry.get("scope", {})) <= SCOPE


@each_file
def test_cases_are_well_formed(found: list[Case]) -> None:
    for case in found:
        check_case(case)


def check_case(case: Case) -> None:
    assert NEEDED <= set(case) <= CASE, case["id"]
    assert case["family"] in FAMILIES, case["id"]
    assert case["as"] in PEOPLE, case["id"]
    assert case["in"] in ("dm", "slash", "channel"), case["id"]
    assert not ("reply_to" in case and "thread" in case), case["id"]
    assert {case[key] for key in ("reply_to", "thread") if key in case} <= REFS, case["id"]
    dt.date.fromisoformat(case["date"])
    assert case["line"].strip(), case["id"]
    assert case["right"], case["id"]
    assert case["readable"] is ([] not in case["right"]), case["id"]
    assert case["readable"] is False or case["pressable"] == [], case["id"]
    for reading in case["right"] + case["pressable"]:
        for entry in reading:
            check_entry(entry)
    for partial in case["never"]:
        assert partial, case["id"]
        check_entry(partial, partial=True)


@each_file
def test_no_right_reading_is_forbidden(found: list[Case]) -> None:
    for case in found:
        for partial in case["never"]:
            for entry in (entry for reading in case["right"] + case["pressable"] for entry in reading):
                assert any(entry.get(field) != value for field, value in partial.items()), case["id"]


@each_file
def test_wanted_words_stand_in_the_line(found: list[Case]) -> None:
    for case in found:
        line = re.sub(r"\s+", " ", case["line"].lower())
        for entry in (entry for reading in case["right"] + case["pressable"] for entry in reading):
            words = entry.get("note_has", []) + entry.get("because_has", [])
            assert all(word in line for word in words), case["id"]
            assert entry.get("evidence_has", "") in line, case["id"]


def test_ids_are_unique() -> None:
    assert max(Counter(case["id"] for case in EVERY).values()) == 1


def test_lines_are_unique_in_their_state() -> None:
    states = Counter((c["line"], c["as"], c["in"], c.get("reply_to"), c.get("thread")) for c in EVERY)
    assert max(states.values()) == 1


def test_families_are_covered() -> None:
    counts = Counter(case["family"] for case in BEFORE)
    assert set(counts) == FAMILIES
    assert min(counts.values()) >= 12
    for name in FILES:
        assert {case["family"] for case in BOTH[name]} == FAMILIES


def test_sizes() -> None:
    assert len(BEFORE) >= 700
    assert len(FRESH) >= 300
    assert len(LATER) >= 450
    assert len(BOTH["kept_apart"]) >= 220
    assert sum(case["readable"] and not case["aimed"] for case in BEFORE) >= 0.45 * len(BEFORE)
