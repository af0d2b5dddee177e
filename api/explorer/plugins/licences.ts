// Lets the page carry the licences of all that may be bundled into it, workers included.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Plugin } from "vite";

const ROOT = join(import.meta.dirname, "..");
// These build the page and are not in it.
const TOOLS = new Set(["vite"]);

interface Package {
  name?: string;
  version?: string;
  license?: string;
  dependencies?: Record<string, string>;
}

export function licences(): Plugin {
  return {
    name: "licences",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "assets/licences.txt", source: bundled().map(notice).join("\n\n") });
    },
  };
}

/** The packages that the page may hold: what it depends on, and what that brings along; by name. */
function bundled(): string[] {
  const found = new Set<string>();
  const waiting = Object.keys(described(ROOT).dependencies ?? {}).filter((name) => !TOOLS.has(name));
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...Object.keys(described(folderOf(name)).dependencies ?? {}));
  }
  return [...found].sort();
}

function notice(name: string): string {
  const { version, license } = described(folderOf(name));
  const file = readdirSync(folderOf(name)).find((one) => /^licen[cs]e/i.test(one));
  const text = file ? readFileSync(join(folderOf(name), file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n\n${"-".repeat(80)}`;
}

function described(folder: string): Package {
  const path = join(folder, "package.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Package) : {};
}

function folderOf(name: string): string {
  return join(ROOT, "node_modules", name);
}
