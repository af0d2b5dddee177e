"""A note read again: what people wrote in its draft stays, whatever became of the note."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.documents import Severity
from graph.notes.draft import draft
from graph.notes.entries import compose, entries
from graph.notes.proposals import Saying
from graph.notes.review import Review, review
from tests.graph.notes.made import reading, words
from tests.graph.notes.test_draft import VOCABULARY, parsed

NOTE = """\
# Installers
kubespray is ClusterInstaller
kubespray usesTool ansible
kubespray + handy

# Tools
kops is ClusterInstaller
kops uses etcd
kops uses ceph
"""
ACCEPTED = "accepted: {by: Ada, on: 2026-11-25}"


def drafted(note: str = NOTE) -> str:
    return draft(reading(note), words(note))


def again(text: str, note: str = NOTE) -> Review:
    return review(text, reading(note), words(note), VOCABULARY)


def decided(text: str, statement: str, decision: str = ACCEPTED) -> str:
    """Return a draft in which *decision* stands behind the statement that begins so."""
    start = text.index(f"- {{{statement}")
    end = text.index("}}", start) + 1
    return f"{text[:end]}, {decision}{text[end:]}"


def lines_of(text: str, subject: str, value: str = "") -> list[tuple[int, ...]]:
    """Return the lines of the statements on *subject* with that value."""
    root = compose(text)
    assert root is not None
    found = [one for one in entries(root, VOCABULARY) if one.subject == subject and (not value or one.value == value)]
    return [one.where.lines if one.where and not one.where.is_vanished else () for one in found]


def violations(text: str) -> list[str]:
    return [str(one) for one in parsed(text).problems if one.severity is Severity.VIOLATION]


# --- nothing new


def test_a_note_that_has_not_changed_changes_nothing() -> None:
    text = decided(drafted(), "uses: etcd")

    assert again(text) == Review(text)


@pytest.mark.parametrize(
    "written",
    [
        ("  kops:", "  # mine\n  kops:"),
        ("    name: Kubespray\n", "    name: Kubespray\n    description: {en: 'By hand, of course'}\n"),
        ("# --- Tools ---", "# --- What we use ---"),
        (
            "    type: ClusterInstaller\n    name: Kubespray\n",
            "    name:   Kubespray   # me\n    type: ClusterInstaller\n",
        ),
    ],
)
def test_what_people_write_stays(written: tuple[str, str]) -> None:
    text = drafted().replace(*written)
    assert text != drafted()

    assert again(text).text == text


def test_a_statement_that_was_mended_is_not_proposed_again() -> None:
    text = drafted().replace("usesTool: ansible", "uses: chef")

    assert again(text) == Review(text)


def test_an_opinion_in_other_words_is_not_proposed_again() -> None:
    text = drafted().replace("pro: handy", "pro: handy in small teams")

    assert text != drafted()
    assert again(text) == Review(text)


def test_what_was_said_from_the_other_end_is_not_proposed_again() -> None:
    text = "entities:\n  ansible:\n    relations:\n      - {toolOf: kubespray, line: 3}\n"

    assert "ansible" not in {one.value for one in again(text).new}


def test_an_entity_that_was_given_another_slug_keeps_it() -> None:
    text = drafted().replace("  kops:", "  kops-1:")

    assert again(text) == Review(text)


@pytest.mark.parametrize("note", [NOTE, NOTE.replace("handy", "handy 🚀 très").replace("Tools", "🚀 Tools")])
def test_windows_line_ends_stay_and_lines_are_followed(note: str) -> None:
    text = decided(drafted(note), "uses: etcd").replace("\n", "\r\n")

    found = again(text, f"new\n{note}")

    assert lines_of(found.text, "kops", "etcd") == [(9,)]
    assert found.new == ()
    assert found.text.count("\r\n") == found.text.count("\n")


# --- the note has changed


def test_lines_that_moved_are_followed() -> None:
    text = decided(drafted(), "uses: etcd")

    found = again(text, f"new line\n\n{NOTE}")

    assert found.text.replace(f"uses: etcd, line: {10}", "") != found.text
    assert lines_of(found.text, "kops", "etcd") == [(10,)]
    assert (found.new, found.vanished, found.dropped) == ((), (), ())
    assert found.moved == len(list(reading(NOTE).proposals))
    assert violations(found.text) == []


def test_what_is_new_is_proposed_where_it_belongs() -> None:
    text = decided(drafted(), "uses: etcd")
    note = NOTE.replace("kops uses etcd\n", "kops uses etcd\nkops uses rook\nrook uses ceph\n")

    found = again(text, note)

    assert [(one.subject, one.value) for one in found.new] == [("kops", "rook"), ("rook", "ceph")]
    assert lines_of(found.text, "kops", "rook") == [(9,)]
    assert lines_of(found.text, "rook", "ceph") == [(10,)]
    assert violations(found.text) == []
    assert again(found.text, note) == Review(found.text)


def test_what_was_open_and_is_gone_is_taken_away() -> None:
    found = again(drafted(), NOTE.replace("kops uses etcd\n", ""))

    assert [one.value for one in found.dropped] == ["etcd"]
    assert lines_of(found.text, "kops", "etcd") == []
    assert "kops uses etcd" not in found.text
    assert lines_of(found.text, "kops", "ceph") == [(8,)]
    assert violations(found.text) == []


def test_what_was_decided_and_is_gone_is_marked() -> None:
    text = decided(drafted(), "uses: etcd")

    found = again(text, NOTE.replace("kops uses etcd\n", ""))

    assert [one.value for one in found.vanished] == ["etcd"]
    assert "uses: etcd, vanished: 8, words: kops uses etcd" in found.text
    assert [one.code for one in parsed(found.text).problems] == ["line-vanished"]


def test_what_had_vanished_and_comes_back_has_its_line_again() -> None:
    text = decided(drafted(), "uses: etcd")
    gone = again(text, NOTE.replace("kops uses etcd\n", "")).text

    back = again(gone)

    assert lines_of(back.text, "kops", "etcd") == [(8,)]
    assert back.text == text


def test_a_decision_follows_a_line_that_was_mended_and_still_says_it() -> None:
    text = decided(drafted(), "uses: etcd")

    found = again(text, NOTE.replace("kops uses etcd\n", "kops uses etcd today, or so\n"))

    assert lines_of(found.text, "kops", "etcd") == [(8,)]
    assert found.vanished == ()


def test_a_rejected_proposal_is_not_proposed_again() -> None:
    text = decided(drafted(), "uses: etcd", "rejected: true")

    found = again(text, f"\n{NOTE}")

    assert found.new == ()
    assert "rejected: true" in found.text


def test_new_headings_become_sections_and_the_others_follow() -> None:
    found = again(drafted(), f"# First\n{NOTE}# Last\n")

    document = parsed(found.text)
    assert violations(found.text) == []
    assert sorted((one.title, one.line) for one in document.sections) == [
        ("First", 1),
        ("Installers", 2),
        ("Last", 11),
        ("Tools", 7),
    ]


# --- drafts that people wrote


HAND = """\
document:
  source: {file: made.md, lines: 9}
entities:
  kubespray: {type: ClusterInstaller, name: Kubespray, line: 2, relations: [{usesTool: ansible, line: 3}]}
  kops:
    # why not
    type: ClusterInstaller
    name: kOps
    line: [7, 8]
    homepage:
      value: https://kops.sigs.k8s.io/
      line: 7
"""


def test_a_document_written_by_hand_is_taken_as_it_is() -> None:
    found = again(HAND, f"{NOTE}kops at https://example.org/\n")

    assert [(one.saying, one.value) for one in found.new] == [
        (Saying.OPINION, "handy"),
        (Saying.RELATION, "etcd"),
        (Saying.RELATION, "ceph"),
        (Saying.ATTRIBUTE, "https://example.org/"),
    ]
    assert violations(found.text) == []
    assert "relations: [{usesTool: ansible, line: 3}], opinions: [{pro: handy, line: 4" in found.text
    assert "    # why not\n    type: ClusterInstaller\n    name: kOps\n    line: [7, 8]\n" in found.text
    assert again(found.text, f"{NOTE}kops at https://example.org/\n") == Review(found.text)


@pytest.mark.parametrize(
    "text",
    [
        "entities:\n",
        "entities: {}\n",
        "document: {name: Mine}\n",
        "document:\n  name: Mine",
        "entities: {kops: {name: kOps, type: ClusterInstaller}}\n",
        "entities:\n  kops:\n",
        "entities:\n  kops: {}\n",
        "entities:\n  kops:\n    relations:\n",
        "entities:\n  kops: {relations: []}\n",
        "entities:\n  kops:\n    opinions: []\n    relations:\n    - uses: etcd\n      basis: written\n",
        "entities:\n    kops:\n        also: [K]\n",
        "entities:\n  kops:\n    description: |\n      Several\n      lines.\n",
        "entities:\n  kops:\n    description: {en: x}    # behind\n# end",
        "entities: {kops: {relations: [{uses: rook,},],},}\n",
        "{entities: {kops: {relations: [{uses: rook}]}}}\n",
        "---\nentities:\n  ? kops\n  : {name: kOps, type: ClusterInstaller}\n...\n",
        "entities:\n  \"kops\":\n    'relations':\n      - \"uses\": 'rook'\n",
        "entities:\n  kops:\n    licence: >-\n      MIT\n    also:\n    - K\n",
        "entities:\r\n  kops:\r\n    also: [K]\r\n",
    ],
)
def test_what_is_new_fits_into_any_document(text: str) -> None:
    assert violations(text) == []

    found = again(text)

    assert violations(found.text) == []
    assert again(found.text).text == found.text
    proposed = {(one.subject, one.value) for one in reading(NOTE).proposals if one.saying is not Saying.ENTITY}
    root = compose(found.text)
    assert root is not None
    assert proposed <= {(one.subject, one.value) for one in entries(root, VOCABULARY)}


# --- any note


LINES = st.sampled_from(
    [
        "",
        "nothing",
        "# Installers",
        "# Tools",
        "kops is ClusterInstaller",
        "kops uses etcd",
        "kops uses ceph",
        "rook uses ceph",
        "rook + good",
        "rook at https://rook.io/",
        "kops at https://kops.io/",
        "rook ? GPU",
        "rook is StorageOperator maybe",
        "etcd uses rook maybe",
    ]
)
NOTES = st.lists(LINES, max_size=14).map(lambda lines: "".join(f"{line}\n" for line in lines))
DECISION = re.compile(r"^ +- \{.*?\}\}$", re.MULTILINE | re.DOTALL)


@settings(max_examples=300)
@given(before=NOTES, after=NOTES, accepted=st.sets(st.integers(0, 8)))
def test_decisions_outlast_any_change_of_the_note(before: str, after: str, accepted: set[int]) -> None:
    text = drafted(before)
    for number, found in reversed(list(enumerate(DECISION.finditer(text)))):
        if number in accepted:
            end = found.end() - 1
            text = f"{text[:end]}, {ACCEPTED}{text[end:]}"
    facts = statements(text)

    reviewed = again(text, after)

    assert violations(reviewed.text) == []
    assert statements(reviewed.text) == facts
    assert again(reviewed.text, after) == Review(reviewed.text)
    root = compose(reviewed.text)
    found_lines = {
        (one.saying, one.subject, one.value, line)
        for one in (entries(root, VOCABULARY) if root else ())
        if one.saying is not Saying.ENTITY
        for line in (one.where.lines if one.where and not one.where.is_vanished else ())
    }
    assert {
        (one.saying, one.subject, one.value, one.line)
        for one in reading(after).proposals
        if one.saying is not Saying.ENTITY
    } <= found_lines


def statements(text: str) -> list[str]:
    """Return the facts of a draft, with who accepted them, whatever their lines."""
    return sorted(
        f"{one.triple} {one.evidence.acceptance}"
        for one in parsed(text).statements
        if one.evidence and "ection" not in one.triple.predicate.value
    )
