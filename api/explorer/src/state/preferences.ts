// What a reader prefers, kept in this browser alone: language and colours.  It is no part of a view.
import { computed, effect, signal } from "@preact/signals";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const language = signal<Language>(kept("language", LANGUAGES) ?? ofBrowser());
export const theme = signal<Theme>(kept("theme", THEMES) ?? "system");

const darkness = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(darkness.matches);
darkness.addEventListener("change", () => (isSystemDark.value = darkness.matches));

/** Whether the paper is dark. */
export const isDark = computed(() => (theme.value === "system" ? isSystemDark.value : theme.value === "dark"));

effect(() => {
  document.documentElement.lang = language.value;
  keep("language", language.value);
});

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
  keep("theme", theme.value);
});

function ofBrowser(): Language {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return LANGUAGES.find((one) => wanted[0] === one) ?? LANGUAGES.find((one) => wanted.includes(one)) ?? "en";
}

function kept<T extends string>(name: string, known: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(`cloudindex.${name}`);
    return known.find((one) => one === value);
  } catch {
    return undefined; // a browser may keep nothing
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`cloudindex.${name}`, value);
  } catch {
    // then it is forgotten with the page
  }
}
