// Colours as numbers: between two others, and light enough to be seen on dark paper.  Pure.

// What is darker than that is hard to see on dark paper.
const LEAST_BRIGHTNESS = 0.45;

/** Return a colour of six digits that can be seen on the paper there is. */
export function readable(colour: string, isDark: boolean): string {
  const own = hex(colour);
  return isDark && brightness(own) < LEAST_BRIGHTNESS ? mixed(own, "#ffffff", 0.25) : own;
}

/** Return an opaque colour between two; *part* is how much there is of the second. */
export function mixed(one: string, other: string, part: number): string {
  const [first, second] = [channels(one), channels(other)];
  const values = first.map((value, place) => Math.round(value + ((second[place] ?? 0) - value) * part));
  return `#${values.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  const digits = hex(colour).slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

// Six digits are what the canvas reads right.
function hex(colour: string): string {
  if (/^#[0-9a-f]{6}/i.test(colour)) return colour.slice(0, 7);
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])/i.exec(colour);
  return short ? `#${short.slice(1).map((digit) => digit + digit).join("")}` : "#6b7280";
}

function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour);
  return (0.3 * red + 0.59 * green + 0.11 * blue) / 255;
}
