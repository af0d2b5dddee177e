// Something asked of the service, for a component: it is asked again when what it depends on changes.
import { useEffect, useState } from "preact/hooks";

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
  // What came in good order need not be asked again after an absence.
  const attempt = found.error ? returns.value : -1;
  useEffect(() => {
    const controller = new AbortController();
    setFound((before) => ({ ...before, isLoading: true }));
    load(controller.signal).then(
      (value) => !controller.signal.aborted && setFound({ value, error: undefined, isLoading: false }),
      (error: Error) => !controller.signal.aborted && setFound({ value: undefined, error, isLoading: false }),
    );
    return () => controller.abort();
  }, [...keys, askedFor.value, attempt]);
  return found;
}
