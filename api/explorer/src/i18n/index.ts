// Texts of the page in the reader's language.
import { type Language, language } from "../state/preferences";
import { en, type Key } from "./en";
import { fr } from "./fr";

const MESSAGES = { en, fr };

/** Return a text, with values in place of their names in braces. */
export function t(key: Key, values: Values = {}): string {
  return filled(MESSAGES[language.value][key], values);
}

/** Return the like of `t` for the texts of a view that is loaded when it is needed, and its texts with it. */
export function texts<K extends string>(messages: Readonly<Record<Language, Readonly<Record<K, string>>>>) {
  return (key: K, values: Values = {}): string => filled(messages[language.value][key], values);
}

type Values = Readonly<Record<string, string | number>>;

/** Return *text* with values in place of their names in braces. */
export function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? number(value) : value;
  });
}

export const number = (value: number): string => new Intl.NumberFormat(language.value).format(value);

/** What a language is called in the reader's. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(language.value, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // in RDF there may be others than browsers know
  }
}

export const date = (iso: string): string =>
  new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
