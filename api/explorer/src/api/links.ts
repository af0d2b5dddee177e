// What the header `Link` says of a list.  Pure.

/** Return the cursor of the next part that a `Link` header names; "" for none. */
export function nextCursor(link: string | null): string {
  const links = (link ?? "").split(/,\s*(?=<)/);
  const next = links.find((one) => /;\s*rel="?next"?/.test(one)) ?? "";
  const address = /<([^>]*)>/.exec(next)?.[1];
  return address ? (new URL(address, "http://any/").searchParams.get("cursor") ?? "") : "";
}
