"""A draft: whatever is proposed, it reads well, and reads back the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.collections import parse_bytes
from graph.documents import Document, Origin
from graph.iris import Iris
from graph.notes.draft import REMARKS, draft
from graph.notes.entries import compose, entries
from graph.notes.flow import clean
from graph.notes.note import Position
from graph.notes.proposals import Mention, Proposal, Reading, Reason, Saying
from graph.terms import ENTITY
from graph.vocabulary import local_name
from graph.vocabulary_reader import load
from tests.graph.notes.made import proposal, reading, words

VOCABULARY = load()
NOTE = """\
# Installers
kubespray is ClusterInstaller
kubespray usesTool ansible
kubespray + handy, simple: "good"
kubespray ? does it do IPv6?
kubespray at https://kubespray.io/#/?a=b&c=d
kops uses etcd maybe
nothing
# Tools
rook uses ceph
"""
SLUGS = st.from_regex(r"[a-z0-9]([a-z0-9.\-]{0,8}[a-z0-9])?", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(clean)
KEYS = {
    Saying.ENTITY: st.sampled_from(["", "ClusterInstaller", "Concept"]),
    Saying.RELATION: st.sampled_from(["uses", "basedOn", "partOf"]),
    Saying.ATTRIBUTE: st.sampled_from(["licence", "maturity"]),
    Saying.OPINION: st.sampled_from(["pro", "con"]),
    Saying.QUESTION: st.sampled_from(["", "uses"]),
}


@st.composite
def proposals(drawn: st.DrawFn) -> Proposal:
    saying = drawn(st.sampled_from(list(Saying)))
    key = drawn(KEYS[saying])
    line = drawn(st.integers(1, 9))
    made = proposal(saying, drawn(SLUGS), key, drawn(SLUGS if saying is Saying.RELATION else TEXTS), line=line)
    return replace(
        made,
        words=drawn(TEXTS),
        basis=drawn(st.sampled_from(["stated", "nesting", "address", "interpretation"])),
        confidence=drawn(st.integers(0, 100)) / 100,
        reason=Reason(drawn(SLUGS), drawn(TEXTS)),
        target=drawn(SLUGS) if saying is Saying.QUESTION and key else "",
        grade=drawn(st.sampled_from(["", "+", "--", "4/5"])) if saying is Saying.OPINION else "",
        language=drawn(st.sampled_from(["", "fr", "en"])) if saying in (Saying.OPINION, Saying.QUESTION) else "",
    )


def parsed(text: str) -> Document:
    origin = Origin("made", "notes", "notes/made.yaml", "")
    return parse_bytes(text.encode(), origin, ".yaml", vocabulary=VOCABULARY, iris=Iris())


def said(text: str) -> list[tuple[object, ...]]:
    root = compose(text)
    assert root is not None
    return sorted(
        (one.saying, one.subject, one.key, one.value, one.target, one.where.lines if one.where else (), one.rule)
        for one in entries(root, VOCABULARY)
    )


def same(one: Proposal) -> tuple[object, ...]:
    return one.saying, one.subject, one.key, clean(one.value), one.target, (one.line,), one.reason.rule


@settings(max_examples=60)
@given(some=st.lists(proposals(), max_size=8), file=TEXTS, text=TEXTS)
def test_whatever_is_proposed_reads_back_the_same(some: list[Proposal], file: str, text: str) -> None:
    first = {(one.saying, one.subject): one for one in some if one.saying is Saying.ENTITY}
    some = [one for one in some if one.saying is not Saying.ENTITY] + list(first.values())
    lines = "\n".join([text, *["x"] * 10])

    written = draft(Reading((), tuple(some)), replace(words(lines), file=file))

    document = parsed(written)
    assert document.problems == ()
    assert said(written) == sorted(map(same, some))
    evidences = [one.evidence for one in document.proposals if one.evidence]
    assert all(one and one.proposed and one.acceptance is None for one in evidences)
    told = [
        (one.lines, local_name(one.basis.value), one.proposed.confidence, one.proposed.reason)
        for one in evidences
        if one.proposed
    ]
    assert sorted(told) == sorted(((one.line,), one.basis, one.confidence, clean(one.reason.text)) for one in some)


def test_a_draft_states_nothing() -> None:
    document = parsed(draft(reading(NOTE), words(NOTE)))

    kept = [one for one in document.statements if "document/" not in str(one.triple.subject)]
    assert (document.problems, kept) == ((), [])
    assert len([one for one in document.proposals if one.evidence]) == 7


def test_an_entity_of_which_no_class_is_known_is_proposed_without_one() -> None:
    made = proposal(Saying.ENTITY, "foo", "", "Foo", words="Foo")

    document = parsed(draft(Reading((), (made,)), words("Foo")))

    assert [one.triple.object for one in document.proposals if one.evidence] == [ENTITY]


def test_a_draft_is_written_in_the_order_of_the_note_with_its_words() -> None:
    text = draft(reading(NOTE), words(NOTE))

    assert (
        """\
  # --- Installers ---

  kubespray:
    type: ClusterInstaller
    name: Kubespray
    line: 2
    words: kubespray is ClusterInstaller
    proposed: {confidence: 0.8, reason: the line says so, rule: made-entity}
    homepage: {value: https://kubespray.io/#/?a=b&c=d, line: 6, words: "kubespray at https://kubespray.io/#/?a=b&c=d",
               proposed: {confidence: 0.8, reason: the line says so, rule: made-attribute}}
    relations:
      - {usesTool: ansible, line: 3, words: kubespray usesTool ansible,
         proposed: {confidence: 0.8, reason: the line says so, rule: made-relation}}
"""
        in text
    )
    assert text.index("kubespray:") < text.index("  rook:") < text.index("# --- Less sure ---") < text.index("  kops:")


def test_what_is_less_sure_stands_apart() -> None:
    note = "kops uses etcd maybe\nkops uses ceph\n"

    text = draft(reading(note), words(note))

    assert text.index("uses: ceph") < text.index("# Less sure:") < text.index("uses: etcd")


def test_what_only_a_person_can_decide_is_said_with_how() -> None:
    place = Position(3, 1)
    mentions = (
        Mention(("amazon-eks", "eks-anywhere"), 0, 0, 3, place, "EKS"),
        Mention((), 0, 0, 9, place, "keepalive", ("keepalived",)),
        Mention(("ansible",), 0, 0, 7, place, "Ansible"),
    )

    text = draft(Reading(mentions, ()), words("x\ny\nEKS keepalive"))

    _, _, remarks = text.partition(REMARKS)
    assert "“EKS”: amazon-eks or eks-anywhere?" in remarks
    assert "“keepalive”: is keepalived meant?  Then give it  also: [keepalive]" in remarks
    assert "Ansible" not in remarks
