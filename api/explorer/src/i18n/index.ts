// Texts of the page in the reader's language.
import { language } from "../state/preferences";
import { en, type Key } from "./en";
import { fr } from "./fr";

const MESSAGES = { en, fr };

/** Return a text, with values in place of their names in braces. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return filled(MESSAGES[language.value][key], values);
}

/** Return *text* with values in place of their names in braces. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

export const number = (value: number): string => new Intl.NumberFormat(language.value).format(value);

export const date = (iso: string): string =>
  new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
