"""What is not certain about a tracker is asked once, in chat as on the command line."""

from bot.importing.drafting.draft import PlanDraft
from bot.importing.questions import Answer
from bot.importing.questions.apply_answers import apply_answers
from bot.importing.questions.change_questions import agrees_with
from bot.importing.questions.column_questions import column_questions
from bot.importing.questions.generate import cell_questions
from models.plans import Action
from tests.importing.trackers.reading import days, handed, read_rows, starts, titles

NO_HEADING = (
    ("1", "Replace the boiler", "AB", "14/05/2027", "Open"),
    ("2", "Mend the roof", "CD", "21/05/2027", "Closed"),
)
STRANGE = (
    ("Ref", "Gist", "Remarkable things", "Owner", "Due date"),
    ("1", "Replace the old boiler soon", "Ask the school first", "AB", "14/05/2027"),
    ("2", "Mend the roof of hall B", "Quote is in folder", "CD", "21/05/2027"),
)


def test_each_of_three_actions_with_the_same_words_is_asked_about() -> None:
    questions = list(cell_questions(handed("26")))
    assert [each.kind for each in questions] == ["no-date", "status-unread", "no-date", "no-date"]
    assert [each.action_index for each in questions if each.kind == "no-date"] == [0, 1, 2]


def test_days_are_proposed_for_terms_and_quarters() -> None:
    by_printed = {
        each.printed: [choice.value for choice in each.choices] for each in cell_questions(handed("33"))
    }
    assert by_printed["Easter 2027"][0] == "on 2027-03-28"
    assert by_printed["Summer term 2027"][0] == "on 2027-07-22"
    assert by_printed["Q2 2027"][:2] == ["on 2027-06-30", "on 2027-09-30"]
    assert by_printed["Immediate"] == by_printed["Monthly"] == ["day", "ongoing", "none"]


def test_a_proposed_day_is_taken() -> None:
    draft = handed("33")
    question = next(each for each in cell_questions(draft) if each.printed == "Easter 2027")
    answered = apply_answers(draft, [question], {question.key: Answer("on 2027-03-28")})
    assert days(answered.actions[2]) == ["2027-03-28"]


def test_swapped_dates_are_changed_in_the_rows_asked_about() -> None:
    draft = handed("06")
    questions = list(column_questions(draft))
    assert [each.kind for each in questions] == ["dates-swapped", "dates-swapped"]
    answered = apply_answers(draft, questions, {questions[0].key: Answer("swap")})
    assert [days(each) for each in answered.actions] == [
        ["2027-04-05"],
        ["2027-04-12"],
        ["2027-04-15"],
        ["2027-04-28"],
    ]
    assert starts(answered.actions[0]) == ["2027-03-04"]
    assert apply_answers(draft, questions, {questions[0].key: Answer("keep")}) == draft


def test_a_sheet_without_headings_is_asked_about_by_its_columns() -> None:
    draft = read_rows(*NO_HEADING)
    assert titles(draft) == ["Replace the boiler", "Mend the roof"]
    asked = list(column_questions(draft))
    assert [each.asks for each in asked] == [
        "Which column says what is to be done?", "Which column says who does it?",
        "Which column says when it is due?",
    ]  # fmt: skip
    assert asked[0].choices[0].label == "Column B: Replace the boiler; Mend the roof"


def test_another_column_is_taken_for_the_title() -> None:
    draft = read_rows(*STRANGE)
    (question,) = column_questions(draft)
    other = next(each for each in question.choices if each.value != f"column {question.printed}")
    answered = apply_answers(draft, [question], {question.key: Answer(other.value)})
    heading = other.value.removeprefix("column ")
    assert titles(answered) == [each.extra[heading] for each in draft.actions]
    assert [each.extra[question.printed] for each in answered.actions] == titles(draft)


def stored(draft: PlanDraft) -> list[Action]:
    return [Action(ref=each.ref, title=each.title) for each in draft.actions]


def test_a_file_agrees_with_a_plan_by_the_words_of_its_actions() -> None:
    one, other = handed("42"), read_rows(*STRANGE)
    assert agrees_with(one, stored(one))
    assert not agrees_with(other, stored(one))
    assert agrees_with(one, stored(one)[:3])
