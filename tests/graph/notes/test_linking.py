"""Names in notes: which words name what, and which do not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.notes.extraction import read_proposals
from graph.notes.linking import link, misspelt
from graph.notes.names import Known, Names
from graph.notes.note import Note
from graph.notes.proposals import Reading, Saying
from graph.notes.reading import read_note
from graph.notes.relations import Ends
from graph.notes.wording import Wording, load_wording
from graph.vocabulary import Vocabulary

KNOWN = (
    Known("openstack", "CloudPlatform", frozenset({"CloudPlatform", "Software"}), ("OpenStack",)),
    Known("cluster-api", "ClusterManagementApi", frozenset({"ClusterManagementApi", "Software"}), ("Cluster API",)),
    Known("api", "Concept", frozenset({"Concept"}), ("API",)),
    Known("docker", "ContainerPlatform", frozenset({"ContainerPlatform", "Software"}), ("Docker",)),
    Known("docker-inc", "Vendor", frozenset({"Vendor", "Organisation"}), ("Docker",)),
    Known("suse", "Vendor", frozenset({"Vendor", "Organisation"}), ("SUSE",)),
    Known("keepalived", "HighAvailabilityDaemon", frozenset({"Software"}), ("keepalived",)),
    Known("chef", "ConfigurationManagementTool", frozenset({"Software"}), ("Chef",)),
    Known("ansible", "ConfigurationManagementTool", frozenset({"Software"}), ("Ansible",)),
    Known("volume-reseau", "Primitive", frozenset({"Primitive", "Concept"}), ("Volume réseau",)),
    Known("podman", "ContainerPlatform", frozenset({"ContainerPlatform", "Software"}), ("Podman",)),
    Known("cloud", "Concept", frozenset({"Concept"}), ("cloud",)),
)


@pytest.fixture(scope="module")
def wording(vocabulary: Vocabulary) -> Wording:
    """The wording of Cloud Index."""
    return load_wording(vocabulary)


@pytest.fixture(scope="module")
def names(vocabulary: Vocabulary, wording: Wording) -> Names:
    """What is known here."""
    return Names.of(KNOWN, kinds=vocabulary.class_names(), ordinary=wording.ordinary)


def named(text: str, names: Names, wording: Wording) -> list[str]:
    """Return what *text* names, several where that is open."""
    return ["|".join(sorted(one.slugs)) for linked in link(read_note(text), names, wording) for one in linked.named]


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Cluster API is an API", ["cluster-api", "api"]),
        ("ClusterAPI", ["cluster-api"]),
        ("cluster-api", ["cluster-api"]),
        ("les volumes réseaux", ["volume-reseau"]),
        ("un VOLUME RESEAU", ["volume-reseau"]),
        ("le choix d’OpenStack et d'OpenStack", ["openstack", "openstack"]),
        ("l'API et l’API", ["api", "api"]),
        ("see https://docs.example.org/openstack/api", []),
        ("`OpenStack` and ![OpenStack](picture.png)", []),
        ("```\nOpenStack\n```", []),
        ("<div>OpenStack</div>", []),
        ("openstack-devbox, my.openstack", []),
        ("OpenStack-based", ["openstack"]),
        ("le chef prépare le repas", []),
        ("(ansible, chef)", ["ansible", "chef"]),
        ("a cloud provider", []),
        ("a cloud", ["cloud"]),
        ("Docker", ["docker|docker-inc"]),
        ("Docker, Podman", ["docker", "podman"]),
        ("Docker, SUSE", ["docker-inc", "suse"]),
    ],
)
def test_words_name_what_they_are_meant_to(text: str, slugs: list[str], names: Names, wording: Wording) -> None:
    """The longest names; what is ambiguous is decided by its neighbours, or left open."""
    assert named(text, names, wording) == slugs


def test_a_misspelling_is_told_with_what_may_have_been_meant(names: Names, wording: Wording) -> None:
    """At its place, and as no mention."""
    linked = link(read_note("- Keepalive: fine"), names, wording)

    found = list(misspelt(linked, names, wording))

    assert [(one.words, one.near, one.position.column) for one in found] == [("Keepalive", ("keepalived",), 3)]


def test_what_an_address_leads_to_is_no_name_that_is_misspelt(wording: Wording) -> None:
    """A page that is called by its host is not what a note means by the name."""
    page = Known("grafana.com", "Resource", frozenset({"Resource"}), ("grafana.com",), is_resource=True)
    names = Names.of((page,), kinds={})

    assert list(misspelt(link(read_note("- Grafanacom"), names, wording), names, wording)) == []
    assert names.nearest(["Grafana"])["Grafana"] == ()


def test_a_name_that_may_mean_several_means_what_a_draft_calls_so(names: Names, wording: Wording) -> None:
    """And stays open where the draft calls something else so."""
    assert named("Docker", names.called({"docker": {"docker-inc"}}), wording) == ["docker-inc"]
    assert named("Docker", names.called({"docker": {"suse"}, "unknown": {"suse"}}), wording) == ["docker|docker-inc"]


def test_what_begins_with_a_name_that_may_mean_several_is_not_about_its_heading(
    names: Names, wording: Wording, vocabulary: Vocabulary
) -> None:
    """Whatever it says is said of one of them."""
    text = "## OpenStack\n\n- Docker is slow\n- heavy\n"
    found = read_proposals(read_note(text), names, wording, Ends.of(vocabulary)).proposals

    assert [(one.subject, one.value) for one in found if one.saying is Saying.OPINION] == [("openstack", "heavy")]


PIECES = st.sampled_from(
    ["OpenStack", "Docker", "Cluster API", "keepalive", "uses", "basé sur", "not", "?", "++", ":", "(", ")", ",", "/",
     "\n- ", "\n  - ", "\n\n# ", "`x`", "[Podman](https://podman.io)", "<b>", "é", "☁️", "\t", "|", "1.", ">", "\r\n"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=30).map(" ".join)


def reading_of(note: Note, names: Names, wording: Wording, vocabulary: Vocabulary) -> Reading:
    """Return what is read in *note*."""
    return read_proposals(note, names, wording, Ends.of(vocabulary))


@given(text=TEXTS)
def test_any_text_is_read_and_every_place_is_there(
    text: str, names: Names, wording: Wording, vocabulary: Vocabulary
) -> None:
    """Whatever it holds: it is read, the same each time, and of entities that are known or proposed."""
    note = read_note(text)

    reading = reading_of(note, names, wording, vocabulary)

    lines = re.split("\r\n|\n|\r", text)
    assert reading == reading_of(note, names, wording, vocabulary)
    entities = {*names.known, ""} | {one.subject for one in reading.proposals if one.saying is Saying.ENTITY}
    for mention in reading.mentions:
        assert set(mention.slugs) <= entities
        assert note.blocks[mention.block].prose.value[mention.start : mention.end] == mention.words
        assert lines[mention.position.line - 1][mention.position.column - 1 :].startswith(mention.words[0])
    for proposal in reading.proposals:
        assert 1 <= proposal.line <= note.line_count
        assert proposal.position <= proposal.end
        if proposal.saying in {Saying.OPINION, Saying.QUESTION}:
            assert proposal.subject in entities


@given(
    before=st.sampled_from(["", "voici ", "(", "« ", "l’"]), behind=st.sampled_from(["", " ici", ")", ", etc.", "?"])
)
def test_a_name_is_found_where_it_was_put(before: str, behind: str, names: Names, wording: Wording) -> None:
    """By line and column, whatever stands around it."""
    linked = link(read_note(f"bla\n\n- {before}OpenStack{behind}"), names, wording)

    places = [one.mention(name).position for one in linked for name in one.named]

    assert [(place.line, place.column) for place in places] == [(3, 3 + len(before))]
