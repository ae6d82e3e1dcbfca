"""What claims can be chosen by: everything that some claim is, counted, and with an end to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator.claim_choices import CLASSES, OTHERS, OUTLETS, choices
from generator.verdicts import VERDICTS

TOLD = st.tuples(
    st.sampled_from(VERDICTS),
    st.sampled_from(sorted(CLASSES)),
    st.integers(1, OUTLETS + 5).map("Paper {}".format),
)


@given(told=st.lists(TOLD, max_size=60))
def test_every_claim_is_in_one_choice_of_each_group(told: list[tuple[str, str, str]]) -> None:
    """And carries the ids of just those."""
    found = choices(told)
    for place in range(len(told)):
        marks = [
            [choice.id for choice in group.choices if place in choice.members]
            for group in found.groups
        ]
        assert all(len(ids) == 1 for ids in marks)
        assert found.marks[place] == " ".join(ids[0] for ids in marks)


@given(told=st.lists(TOLD, max_size=60))
def test_no_group_is_longer_than_the_style_sheet_knows(told: list[tuple[str, str, str]]) -> None:
    """Outlets with fewer claims than the first ones are chosen together."""
    by_verdict, by_class, by_outlet = (group.choices for group in choices(told).groups)
    assert len(by_verdict) <= len(VERDICTS) and len(by_class) <= len(CLASSES)
    assert len(by_outlet) <= OUTLETS + 1
    counts = [len(choice.members) for choice in by_outlet if choice.label != OTHERS]
    assert counts == sorted(counts, reverse=True)


def test_a_single_outlet_beyond_the_others_keeps_its_name() -> None:
    """It is called others only where it is several."""
    told = [("confirmed", "P", f"Paper {number:02}") for number in range(OUTLETS + 1)]
    assert choices(told).groups[2].choices[-1].label == f"Paper {OUTLETS:02}"
    told.append(("confirmed", "P", "Paper 99"))
    last = choices(told).groups[2].choices[-1]
    assert (last.label, last.members) == (OTHERS, (OUTLETS, OUTLETS + 1))


def test_verdicts_and_classes_have_their_order() -> None:
    """Not that of the claims."""
    told = [("opinion", "O", "A"), ("differs", "P", "A"), ("confirmed", "M", "A")]
    groups = choices(told).groups
    assert [choice.label for choice in groups[0].choices] == ["confirmed", "differs", "opinion"]
    assert [choice.id for choice in groups[1].choices] == ["KP", "KM", "KO"]


def test_a_verdict_of_another_program_is_shown_and_cannot_be_chosen() -> None:
    """An older or newer edition may know verdicts that this program does not."""
    found = choices([("half true", "P", "A")])
    assert found.groups[0].choices == () and found.marks == ("KP O1",)
