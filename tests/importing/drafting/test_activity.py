from hypothesis import given
from hypothesis import strategies as st

from bot.importing.drafting.activity import Step, read_activity


def steps(text: str) -> list[tuple[str, str]]:
    return [(step.label, step.title) for step in read_activity(text).steps]


def test_a_plain_line_is_the_title() -> None:
    activity = read_activity("Agree the rota with  the teams")
    assert activity.title == "Agree the rota with the teams"
    assert not activity.steps


def test_one_bullet_alone_is_the_title() -> None:
    assert read_activity("\u2022 Keep the offer current").title == "Keep the offer current"
    assert not read_activity("\u2022 Keep the offer current").steps


def test_bullets_are_steps() -> None:
    assert steps("Agree rota:\n\u2022 Draft\n\uf0b7 Consult\n- Publish") == [("", "Draft"), ("", "Consult")]
    assert steps("Agree rota:\n- Draft\n- Publish") == [("", "Draft"), ("", "Publish")]


def test_bullets_without_a_title_are_all_steps() -> None:
    activity = read_activity("\u2022 Draft\n\u2022 Consult")
    assert activity.title == "Draft"
    assert [step.title for step in activity.steps] == ["Draft", "Consult"]


def test_labels() -> None:
    assert steps("Rota\na) Draft\nb) Consult") == [("a)", "Draft"), ("b)", "Consult")]
    assert steps("Rota\n\u2022 a. Draft\n\u2022 b. Consult") == [("a.", "Draft"), ("b.", "Consult")]
    assert steps("Rota\n1.2.1 Draft\n1.2.2 Consult") == [("1.2.1", "Draft"), ("1.2.2", "Consult")]
    assert steps("Rota\n(i) Draft\n(ii) Consult") == [("(i)", "Draft"), ("(ii)", "Consult")]
    assert steps("Rota\n1) Draft\n2) Consult") == [("1)", "Draft"), ("2)", "Consult")]


def test_sub_bullets_are_the_detail_of_their_step() -> None:
    activity = read_activity("Rota\na) Draft, to include:\n   \u2013 nights\n   \u2013 weekends\nb) Consult")
    assert activity.steps == [Step("a)", "Draft, to include:", "nights\nweekends"), Step("b)", "Consult")]
    assert read_activity("Rota\n1.2.1 Draft\n\u2022 nights").steps == [Step("1.2.1", "Draft", "nights")]


def test_tags_stand_in_square_brackets() -> None:
    activity = read_activity("Rota\n[Inspection finding ]\n\u2022 Draft\n\u2022 Consult")
    assert (activity.title, activity.tags) == ("Rota", ["Inspection finding"])
    assert read_activity("Rota [Audit]").tags == ["Audit"]
    assert read_activity("Rota [Audit]").title == "Rota"


def test_a_header_is_no_step() -> None:
    written = "Rota\n(i) Draft\n(ii) Together:\n(a) nights\n(b) weekends\n(iii) Publish"
    assert steps(written) == [
        ("(i)", "Draft"), ("(ii)(a)", "nights"), ("(ii)(b)", "weekends"), ("(iii)", "Publish"),
    ]  # fmt: skip
    composite = "Rota\n(i) Draft\n(ii) Together:\n(ii)(a) (a) nights\n(ii)(b) (b) weekends\n(iii) Publish"
    assert steps(composite) == steps(written)
    assert read_activity(written).steps[1].detail == "(ii) Together"


def test_lines_that_go_on() -> None:
    activity = read_activity("Rota for nights\nincluding:\na) Draft a\nlonger text\nb) Consult\nWith unions.")
    assert activity.title == "Rota for nights including:"
    assert activity.steps == [Step("a)", "Draft a longer text"), Step("b)", "Consult", "With unions.")]
    assert read_activity("Rota\nNights come first.\n\u2022 Draft\n\u2022 Consult").detail == [
        "Nights come first."
    ]


def test_nothing() -> None:
    assert read_activity("").title == ""
    assert read_activity("[Audit]").title == "Audit"


@given(st.text(max_size=400))
def test_no_text_is_too_odd(text: str) -> None:
    activity = read_activity(text)
    assert all(step.title or step.label for step in activity.steps)
