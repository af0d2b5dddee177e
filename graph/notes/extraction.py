"""A note and what is known → what the note seems to say, in its order."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from graph.notes.entities import unknown
from graph.notes.linking import link, misspelt
from graph.notes.links import of_links
from graph.notes.names import Names
from graph.notes.note import Kind, Note
from graph.notes.opinions import Judge
from graph.notes.proposals import Mention, Proposal, Reading, Saying
from graph.notes.questions import doubts
from graph.notes.relations import Connections, Ends
from graph.notes.topics import Topic, topics
from graph.notes.wording import Wording


def read_proposals(note: Note, names: Names, wording: Wording, ends: Ends) -> Reading:
    """Return what is named in *note*, and what it seems to say.

    Entities that are not known are proposed first, and what is said of them with them.

    Args:
        ends: Between which classes relations may stand.
    """
    linked = link(note, names, wording)
    near = list(misspelt(linked, names, wording))
    judge = Judge(wording)
    new = unknown(note, linked, names, wording, near=near, judge=judge)
    if new.entities:
        names = new.names
        linked = link(note, names, wording)
    about = topics(note, linked, names, wording)
    connections = Connections(names, wording, ends)
    blocks = chain.from_iterable(_of_block(topic, note, connections, judge) for topic in about)
    found = chain(new.proposals, blocks, of_links(note, linked, names, wording))
    mentions = chain(near, *(_mentions(topic, connections) for topic in about))
    return Reading(
        tuple(sorted(mentions, key=lambda one: (one.position, one.block, one.start))),
        tuple(sorted(_once(found), key=lambda one: (one.position, one.saying, one.subject, one.key, one.value))),
    )


def _of_block(topic: Topic, note: Note, connections: Connections, judge: Judge) -> Iterator[Proposal]:
    if topic.linked.block.kind in (Kind.CODE, Kind.HTML):
        return
    if topic.linked.block.kind is Kind.HEADING:
        heading = next(one for one in note.headings if one.block == topic.linked.block.index)
        yield from connections.of_heading(topic, heading.level)
    said = connections.read(topic)
    yield from said.proposals
    yield from doubts(topic, said.proposals)
    yield from judge.opinions(topic, taken=said.taken)


def _mentions(topic: Topic, connections: Connections) -> Iterator[Mention]:
    """Yield what a block names: by whole names, by parts of them that say something, and by what is left out."""
    linked = topic.linked
    for named in linked.named:
        yield linked.mention(named)
        for slug in named.inner:
            if connections.is_told_by_name(named, slug):
                yield replace(linked.mention(named), slugs=(slug,))
    for thought in topic.thoughts:
        if thought.told:
            first, last = thought.clause.pieces[0], thought.clause.pieces[-1]
            prose = linked.block.prose
            words = prose.value[first.start : last.end]
            yield Mention(thought.told, linked.block.index, first.start, last.end, prose.position(first.start), words)


def _once(proposals: Iterator[Proposal]) -> Iterator[Proposal]:
    """Yield of the same statement on the same line the surest only."""
    best: dict[tuple[object, ...], Proposal] = {}
    for one in proposals:
        same = (
            one.saying,
            one.subject,
            one.key,
            one.value if one.saying is not Saying.QUESTION else one.target,
            one.line,
        )
        if same not in best or best[same].confidence < one.confidence:
            best[same] = one
    yield from best.values()
