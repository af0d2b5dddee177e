"""What a note doubts: clauses that end in a question mark and name no relation that could be meant."""

from collections.abc import Iterator, Sequence
from typing import Final

from graph.notes.clauses import QUESTION
from graph.notes.note import Kind
from graph.notes.proposals import Proposal, Reason, Saying
from graph.notes.topics import Thought, Topic

DOUBTED: Final = 0.5


def doubts(topic: Topic, said: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield a question for each doubted clause of which *said* holds none.

    Args:
        said: What was read of the block in other ways.
    """
    subjects = topic.head or (topic.above[0] if topic.above and topic.has_parent else ())
    if not subjects or topic.linked.block.kind is Kind.HEADING:
        return
    known = [(one.position, one.end) for one in said if one.saying is Saying.QUESTION]
    for thought in topic.thoughts:
        words = _doubted(thought)
        if words is None:
            continue
        prose = topic.linked.block.prose
        start, end = prose.position(words[0]), prose.behind(words[1])
        if any(begin < end and start < until for begin, until in known):
            continue
        text = prose.value[words[0] : words[1]]
        reason = Reason("question-mark", "it ends in a question mark")
        for subject in subjects:
            yield Proposal(Saying.QUESTION, subject, "", text, start, end, text, "stated", DOUBTED, reason)


def _doubted(thought: Thought) -> tuple[int, int] | None:
    """Return where the words before the question mark of a clause begin and end."""
    pieces = thought.clause.pieces
    ends = [number for number, piece in enumerate(pieces) if piece.is_mark and piece.written.startswith(QUESTION)]
    if not ends or ends[0] == 0:
        return None
    start = ends[0]
    while start > 0 and not (pieces[start - 1].is_mark and pieces[start - 1].written in {",", ":", "/", "("}):
        start -= 1
    return (pieces[start].start, pieces[ends[0]].end) if start < ends[0] else None
