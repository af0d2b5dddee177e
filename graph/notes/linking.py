"""Words → entities: where a note names something that is known, and what it may have meant where it is not sure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph.notes.names import Found, Names
from graph.notes.note import Block, Kind, Mark, Note
from graph.notes.proposals import Mention
from graph.notes.wording import Wording
from graph.notes.words import Token, key, tokens

UNLINKED: Final = (Kind.CODE, Kind.HTML)
# What joins the parts of one word, and what may stand behind a name that begins a line by itself.
GLUE: Final = ("-", "_", ".", "@")
ALONE_BEFORE: Final = (":", "(", "/", "+", ",")
# So many different words of one note are compared with all names, the first ones; a list of them takes milliseconds.
MOST_MISSPELT: Final = 400


@dataclass(frozen=True, slots=True)
class Named:
    """Words of a block that name something.

    Attributes:
        first: The number of the first token; *after* that of the one behind the last.
        slugs: What they may stand for; one where that is decided.
        inner: The entities whose names are a part of this one.
    """

    first: int
    after: int
    slugs: tuple[str, ...]
    inner: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The entity; empty where several may be meant."""
        return self.slugs[0] if len(self.slugs) == 1 else ""


@dataclass(frozen=True, slots=True)
class Linked:
    """A block as words, with what they name, by place."""

    block: Block
    row: tuple[Token, ...]
    named: tuple[Named, ...]

    def mention(self, named: Named) -> Mention:
        """Return *named* with its place in the note."""
        start, end = self.row[named.first].start, self.row[named.after - 1].end
        prose = self.block.prose
        return Mention(named.slugs, self.block.index, start, end, prose.position(start), prose.value[start:end])


def link(note: Note, names: Names, wording: Wording) -> tuple[Linked, ...]:
    """Return the blocks of *note* with what they name: the longest names, none within addresses or code.

    A word that means something else as well counts where its neighbours are of its kind; of several entities with one
    name the one is chosen whose neighbours are; where neither helps all of them are kept.
    """
    linker = _Linker(names, wording)
    linked = [linker.link(block) for block in note.blocks]
    return tuple(_decided(linked, names, linker.doubtful))


def misspelt(linked: Iterable[Linked], names: Names, wording: Wording) -> Iterator[Mention]:
    """Yield the words that are near a known name, with the names that may have been meant."""
    unknown = [
        (one, start, end)
        for one in linked
        for start, end in _unknown_words(one, wording)
        if not any(begin < end and start < until for begin, until in one.block.prose.opaque())
    ]
    words = dict.fromkeys(one.block.prose.value[start:end] for one, start, end in unknown)
    near = names.nearest(list(words)[:MOST_MISSPELT])
    for one, start, end in unknown:
        written = one.block.prose.value[start:end]
        if near.get(written):
            position = one.block.prose.position(start)
            yield Mention((), one.block.index, start, end, position, written, near[written])


class _Linker:
    """Finds names in one block after the other."""

    def __init__(self, names: Names, wording: Wording) -> None:
        self._names = names
        self._common = wording.common
        self._endings = wording.endings
        # Those that count only among their like: by block, and the first token.
        self.doubtful: set[tuple[int, int]] = set()

    def link(self, block: Block) -> Linked:
        row = _row(block)
        if block.kind in UNLINKED:
            return Linked(block, row, ())
        hidden = _hidden(block, row)
        found = [one for one in self._names.find(row) if not hidden.intersection(range(one.first, one.after))]
        found.sort(key=lambda one: (-len(one.key), one.first))
        by_first: dict[int, list[Found]] = defaultdict(list)
        for one in found:
            by_first[one.first].append(one)
        taken: set[int] = set()
        named = []
        for one in found:
            span = range(one.first, one.after)
            if taken.isdisjoint(span) and self._is_meant(one, row, block):
                taken.update(span)
                if one.key in self._names.by_key:
                    named.append(self._named(one, row, by_first))
        return Linked(block, row, tuple(sorted(named, key=lambda one: one.first)))

    def _is_meant(self, found: Found, row: Sequence[Token], block: Block) -> bool:
        if self._is_part_of_a_word(found, row):
            return False
        if found.key not in self._names.by_key:  # the name of a class, such as “cloud provider”
            return all(token.written.islower() for token in row[found.first : found.after] if token.is_word)
        if found.after - found.first > 1:
            return True
        token = row[found.first]
        is_as_written = token.written in self._names.spellings[found.key] and not token.written.islower()
        if token.folded in self._common:
            return is_as_written
        if found.key in self._names.ordinary:
            is_alone = found.first == 0 and (found.after == len(row) or row[found.after].written in ALONE_BEFORE)
            begins = found.first == 0 or row[found.first - 1].written == "."
            if not is_alone and (begins or not is_as_written):
                self.doubtful.add((block.index, found.first))
        return True

    def _is_part_of_a_word(self, found: Found, row: Sequence[Token]) -> bool:
        """Return whether a longer word goes on at an end, as “docker-devbox” does; “Docker-based” is none."""
        before, behind = row[max(found.first - 2, 0) : found.first], row[found.after : found.after + 2]
        is_glued_before = len(before) == 2 and before[0].is_word and before[1].written in GLUE
        if is_glued_before and _touch(*before) and _touch(before[1], row[found.first]):
            return True
        if len(behind) < 2 or not behind[1].is_word or behind[0].written not in GLUE:
            return False
        is_glued = _touch(row[found.after - 1], behind[0]) and _touch(*behind)
        return is_glued and behind[1].folded not in self._endings

    def _named(self, found: Found, row: Sequence[Token], by_first: Mapping[int, Sequence[Found]]) -> Named:
        slugs = self._names.by_key[found.key]
        if len(slugs) > 1:
            written = "".join(token.written for token in row[found.first : found.after])
            exact = tuple(
                slug
                for slug in slugs
                if any("".join(name.split()) == written for name in self._names.known[slug].names)
            )
            slugs = exact or slugs
        inner = {
            slug: None
            for first in range(found.first, found.after)
            for one in by_first.get(first, ())
            if one.after <= found.after and one.key != found.key
            for slug in self._names.by_key.get(one.key, ())
            if slug not in slugs
        }
        return Named(found.first, found.after, slugs, tuple(inner))


def _row(block: Block) -> tuple[Token, ...]:
    """Return the words and marks of a block; an emoji is one mark, however it is written."""
    row = tokens(block.prose.value)
    emoji = {one.start: one.end for one in block.prose.stretches if one.mark is Mark.EMOJI}
    if not emoji:
        return row
    found, behind = [], 0
    for token in row:
        if token.start in emoji:
            behind = emoji[token.start]
            found.append(Token(block.prose.value[token.start : behind], "", token.start, behind))
        elif token.start >= behind:
            found.append(token)
    return tuple(found)


def _touch(one: Token, other: Token) -> bool:
    return one.end == other.start


def _hidden(block: Block, row: Sequence[Token]) -> set[int]:
    """Return the tokens in which no names are looked for."""
    parts = tuple(block.prose.opaque())
    if not parts:
        return set()
    return {number for number, token in enumerate(row) if any(start <= token.start < end for start, end in parts)}


def _decided(linked: Sequence[Linked], names: Names, doubtful: set[tuple[int, int]]) -> Iterator[Linked]:
    """Yield *linked* with what the neighbours decide; doubtful words without a neighbour of their kind are dropped."""
    kinds = [Counter(names.known[one.slug].kind for one in each.named if one.slug) for each in linked]
    beside: dict[int, Counter[str]] = {}
    for each, own in zip(linked, kinds, strict=True):
        beside.setdefault(each.block.parent, Counter()).update(own)
    for each in linked:
        # What stands in the same block counts most, then what stands beside it in its list.
        near = Counter({kind: 3 * count for kind, count in kinds[each.block.index].items()})
        near.update(beside[each.block.parent] if each.block.parent >= 0 or each.block.kind is Kind.ITEM else {})
        decided = []
        for one in each.named:
            is_doubtful = (each.block.index, one.first) in doubtful
            around = near - Counter({names.known[one.slug].kind: 4}) if one.slug and is_doubtful else near
            if is_doubtful and not any(around[names.known[slug].kind] for slug in one.slugs):
                continue
            decided.append(one if one.slug else _chosen(one, near, names))
        yield replace(each, named=tuple(decided))


def _chosen(named: Named, near: Counter[str], names: Names) -> Named:
    scores = sorted(((near[names.known[slug].kind], slug) for slug in named.slugs), reverse=True)
    if scores[0][0] > scores[1][0]:
        return replace(named, slugs=(scores[0][1],))
    return named


def _unknown_words(one: Linked, wording: Wording) -> Iterator[tuple[int, int]]:
    """Yield where the words stand that look like names and are none that is known."""
    taken = {number for named in one.named for number in range(named.first, named.after)}
    for first, after in _unknown_names(one.row, taken, wording):
        yield one.row[first].start, one.row[after - 1].end


def _unknown_names(row: Sequence[Token], taken: set[int], wording: Wording) -> Iterator[tuple[int, int]]:
    """Yield the words that look like names: with a capital or a hyphen, and what begins a block."""
    number = 0
    while number < len(row):
        after = number + 1
        if row[number].is_word and number not in taken:
            while after + 1 < len(row) and row[after].written == "-" and row[after + 1].is_word:
                after += 2
            is_name = number == 0 or after > number + 1 or not row[number].written.islower()
            is_free = taken.isdisjoint(range(number, after)) and row[number].folded not in wording.common
            if is_name and is_free and not key(row[number].written).isdigit():
                yield number, after
        number = after
