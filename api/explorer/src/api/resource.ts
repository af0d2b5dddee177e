// Something asked of the service, for a component: it is asked again when what it depends on changes.
import { useEffect, useRef, useState } from "preact/hooks";

import { type Attempts, attemptsAfter } from "./attempts";
import { askedFor, returns } from "./client";

export interface Resource<T> {
  /** The newest answer; the one before stays until the next one is there. */
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly isLoading: boolean;
}

/** Ask with *load* whenever *keys* change, and when the service is back after it was away. */
export function useResource<T>(load: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Resource<T> {
  const [found, setFound] = useState<Resource<T>>({ value: undefined, error: undefined, isLoading: true });
  const attempts = useRef<Attempts>({ count: 0, returns: returns.value });
  attempts.current = attemptsAfter(attempts.current, returns.value, found.error !== undefined);
  useEffect(() => {
    const controller = new AbortController();
    setFound((before) => ({ ...before, isLoading: true }));
    load(controller.signal).then(
      (value) => !controller.signal.aborted && setFound({ value, error: undefined, isLoading: false }),
      (error: Error) => !controller.signal.aborted && setFound({ value: undefined, error, isLoading: false }),
    );
    return () => controller.abort();
  }, [...keys, askedFor.value, attempts.current.count]);
  return found;
}
