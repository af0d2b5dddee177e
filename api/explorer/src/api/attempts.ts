// How often something was asked anew because the service had come back.  Pure.

export interface Attempts {
  readonly count: number;
  /** How often the service had come back when this was counted. */
  readonly returns: number;
}

/** Count one more where the service has come back and the last attempt failed; what came in good order is not asked again. */
export function attemptsAfter(before: Attempts, returns: number, hasFailed: boolean): Attempts {
  if (returns === before.returns) return before;
  return { count: before.count + (hasFailed ? 1 : 0), returns };
}
