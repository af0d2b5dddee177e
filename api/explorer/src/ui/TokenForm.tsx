// Asks for the token that a private service wants, and says so when it is not taken.
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { enter, wants } from "../api/client";
import { t } from "../i18n";
import type { Key } from "../i18n/en";

// What can be sent in a header.
const SENDABLE = /^[\x21-\x7e]+$/;

export function TokenForm() {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState<Key | "">(wants.value === "other token" ? "tokenEnded" : "");
  const [isBusy, setBusy] = useState(false);
  useEffect(() => field.current?.focus(), []);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (!text || isBusy) return field.current?.focus();
    setBusy(true);
    setTrouble("");
    try {
      if (!SENDABLE.test(text) || !(await enter(text))) setTrouble("tokenWrong");
    } catch {
      setTrouble("unreachable");
    }
    setBusy(false);
    field.current?.select();
  }

  return (
    <form class="token" onSubmit={send}>
      <h1>{t("tokenTitle")}</h1>
      <p>{t("tokenWhy")}</p>
      <label for={id}>{t("token")}</label>
      <div>
        <input
          ref={field} id={id} type="password" autocomplete="off" spellcheck={false} maxLength={500}
          aria-invalid={!!trouble} aria-describedby={`${id}-trouble`}
        />
        <button type="submit">{t("tokenSend")}</button>
      </div>
      <p id={`${id}-trouble`} role="alert" class={trouble ? "trouble" : ""}>{trouble && t(trouble)}</p>
      <p class="quiet">{t("tokenKept")}</p>
    </form>
  );
}
