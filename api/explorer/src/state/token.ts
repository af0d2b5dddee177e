// The token that a private service wants: kept until the tab is closed, in no cookie and in no address.
import { effect, signal } from "@preact/signals";

const NAME = "cloudindex.token";

/** The token that is sent with whatever is asked; "" for none. */
export const token = signal(kept());

effect(() => {
  try {
    if (token.value) sessionStorage.setItem(NAME, token.value);
    else sessionStorage.removeItem(NAME);
  } catch {
    // a browser may keep nothing; then it is asked for again
  }
});

function kept(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}
