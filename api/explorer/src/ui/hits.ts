// What is found while one types: an answer counts for the words that it was given to, and Enter may wait for it.
import { useEffect, useRef, useState } from "preact/hooks";

import { search } from "../api/calls";
import { useResource } from "../api/resource";
import type { Hit } from "../api/types";

const PAUSE_MS = 60;

type Act = (hits: readonly Hit[]) => void;

interface Answer {
  readonly words: string;
  readonly items: readonly Hit[];
}

export interface Typed {
  /** Those before stay until the next ones are there, so that a list does not blink. */
  readonly hits: readonly Hit[];
  /** Whether they fit the words that stand there now. */
  readonly isCurrent: boolean;
  readonly error: Error | undefined;
  /** The place of the hit that is chosen: the first one until another is; -1 where there is none. */
  readonly active: number;
  readonly setActive: (place: number) => void;
  /** Calls *act* with the hits of these words as soon as they are there, unless others are typed before. */
  readonly whenThere: (act: Act) => void;
  readonly forget: () => void;
}

/** Look for *words* while they are typed. */
export function useHits(words: string, most: number): Typed {
  const failedWords = useRef("");
  const { value, error: failure } = useResource((signal) => found(words, most, signal).catch(fail), [words, most]);
  const error = failedWords.current === words ? failure : undefined;
  const [moved, setMoved] = useState<{ readonly among: Answer; readonly to: number }>();
  const waiting = useRef<{ readonly words: string; readonly act: Act } | undefined>(undefined);
  const isCurrent = words !== "" && value?.words === words;
  const hits = words ? (value?.items ?? []) : [];
  const first = hits.length ? 0 : -1;

  function fail(reason: unknown): never {
    failedWords.current = words;
    throw reason;
  }

  useEffect(() => {
    const { current } = waiting;
    if (current?.words === words && !isCurrent && !error) return;
    waiting.current = undefined;
    if (current && isCurrent && current.words === words) current.act(hits);
  }, [words, value, error]);

  return {
    hits,
    isCurrent,
    error,
    active: moved && moved.among === value ? moved.to : first,
    setActive: (to) => value && setMoved({ among: value, to }),
    whenThere: (act) => {
      if (isCurrent) act(hits);
      else if (!error) waiting.current = { words, act };
    },
    forget: () => {
      waiting.current = undefined;
    },
  };
}

async function found(words: string, most: number, signal: AbortSignal): Promise<Answer> {
  if (!words) return { words, items: [] };
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  signal.throwIfAborted();
  return { words, items: (await search(words, most, { signal })).items };
}
