// A link to an answer of the service itself; where a token is in use, the answer is fetched with it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { address, request, type Parameters } from "../api/client";
import { token } from "../state/token";
import { save } from "./files";

interface DataLinkProps {
  readonly path: string;
  readonly parameters?: Parameters;
  readonly class?: string;
  /** The name of a file; without it the answer is shown. */
  readonly download?: string;
  readonly children: ComponentChildren;
}

export function DataLink({ path, parameters = {}, class: look = "quiet", download, children }: DataLinkProps) {
  const [trouble, setTrouble] = useState("");

  async function fetched(event: Event): Promise<void> {
    if (!token.value) return;
    event.preventDefault();
    try {
      const response = await request(path, parameters);
      const content = await response.blob();
      if (download) return save(content, download);
      // As text a browser shows whatever format it is.
      const local = URL.createObjectURL(new Blob([content], { type: "text/plain; charset=utf-8" }));
      open(local, "_blank", "noopener");
      setTimeout(() => URL.revokeObjectURL(local), 60_000);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "");
    }
  }

  return <><a class={look} href={address(path, parameters)} download={download} onClick={fetched}>{children}</a>{trouble && <span role="alert">{trouble}</span>}</>;
}
