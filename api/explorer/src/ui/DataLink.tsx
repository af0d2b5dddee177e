// A link to an answer of the service itself; where a token is in use, the answer is fetched with it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { address, request, type Parameters } from "../api/client";
import { token } from "../state/token";

interface DataLinkProps {
  readonly path: string;
  readonly parameters?: Parameters;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function DataLink({ path, parameters = {}, class: look = "quiet", children }: DataLinkProps) {
  const [trouble, setTrouble] = useState("");

  async function fetched(event: Event): Promise<void> {
    if (!token.value) return;
    event.preventDefault();
    try {
      const response = await request(path, parameters);
      // As text a browser shows whatever format it is.
      const shown = new Blob([await response.blob()], { type: "text/plain; charset=utf-8" });
      const local = URL.createObjectURL(shown);
      open(local, "_blank", "noopener");
      setTimeout(() => URL.revokeObjectURL(local), 60_000);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "");
    }
  }

  return <><a class={look} href={address(path, parameters)} onClick={fetched}>{children}</a>{trouble && <span role="alert">{trouble}</span>}</>;
}
