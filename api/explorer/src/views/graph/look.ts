// The colours that a drawing uses, as the page has them now.  A canvas knows no variables of style sheets.
import { typeColour } from "../../api/vocabulary";

export interface Look {
  readonly paper: string;
  readonly raised: string;
  readonly ink: string;
  readonly soft: string;
  readonly rule: string;
  readonly accent: string;
  readonly font: string;
  readonly isDark: boolean;
}

export function lookNow(): Look {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const paper = value("paper");
  return {
    paper,
    raised: value("raised"),
    ink: value("ink"),
    soft: value("soft"),
    rule: value("rule"),
    accent: value("accent"),
    font: getComputedStyle(document.body).fontFamily,
    isDark: brightness(paper) < 0.5,
  };
}

/** The colour of a class on the paper there is: light enough to be seen on a dark one. */
export function nodeColour(type: string, look: Look): string {
  const own = hex(typeColour(type));
  return look.isDark && brightness(own) < 0.45 ? mixed(own, "#ffffff", 0.25) : own;
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
