// What leaves the page: texts for the clipboard and files.
import { save } from "../../ui/files";


/** Copy *text*; return whether the browser let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text); // without HTTPS there is no clipboard
  }
}

function copiedFromField(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

/** Save *text* as a file. */
export const saveText = (text: string, name: string, mediaType: string): void => save(new Blob([text], { type: `${mediaType};charset=utf-8` }), name);
