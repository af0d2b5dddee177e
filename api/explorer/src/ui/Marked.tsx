// The text in which a hit was found, with marks on what fits.
import type { Hit } from "../api/types";
import { pieces } from "./words";

export function Marked({ hit }: { hit: Hit }) {
  // Where all is marked because it is only similar, a mark would tell nothing.
  if (hit.match === "misspelt" && hit.highlights.some(([begin, end]) => end - begin === Array.from(hit.text).length)) return <>{hit.text}</>;
  return <>{pieces(hit.text, hit.highlights).map((one, place) => (one.isMarked ? <mark key={place}>{one.text}</mark> : one.text))}</>;
}
