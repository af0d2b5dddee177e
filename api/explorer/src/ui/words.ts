// Texts in pieces: what is marked in them, and which part of a sentence is a link.  Pure.

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Cut *text* at its *marks*: beginnings and ends, counted in characters as people count them. */
export function pieces(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const letters = Array.from(text);
  const found: Piece[] = [];
  let at = 0;
  for (const [begin, end] of [...marks].sort((one, other) => one[0] - other[0])) {
    if (begin < at || end <= begin) continue;
    if (begin > at) found.push({ text: letters.slice(at, begin).join(""), isMarked: false });
    found.push({ text: letters.slice(begin, end).join(""), isMarked: true });
    at = end;
  }
  if (at < letters.length) found.push({ text: letters.slice(at).join(""), isMarked: false });
  return found;
}

/** Return what stands before and behind *name* in *sentence*; the last one counts, or with `isFirst` the first. */
export function around(sentence: string, name: string, isFirst: boolean): [string, string] | undefined {
  const at = name ? (isFirst ? sentence.indexOf(name) : sentence.lastIndexOf(name)) : -1;
  return at < 0 ? undefined : [sentence.slice(0, at), sentence.slice(at + name.length)];
}
