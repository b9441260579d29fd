import type { Connection } from "vscode-languageserver";
import { CHOOSE, type Choice } from "../protocol/requests.ts";
import type { Client } from "./client.ts";

/** Buttons of a message: more than these nobody reads. */
const MOST = 6;

/** Lets the user choose one of several; undefined where he would rather not. Buttons where the client has no list. */
export async function choose<Option extends Choice["options"][number]>(
  connection: Connection,
  client: Client,
  { title, prompt, options }: Omit<Choice, "options"> & { readonly options: readonly Option[] },
): Promise<Option | undefined> {
  if (client.chooses) {
    const shown = options.map(({ label, description, detail }) => ({
      label,
      ...(description !== undefined && { description }),
      ...(detail !== undefined && { detail }),
    }));
    const index = await connection.sendRequest<number | null>(CHOOSE, { title, prompt, options: shown });
    return index === null ? undefined : options[index];
  }
  const buttons = options.slice(0, MOST).map(({ label }) => ({ title: label }));
  const message = [title, prompt].filter(Boolean).join(" ");
  const picked = await connection.window.showInformationMessage(message, ...buttons);
  return picked ? options.find(({ label }) => label === picked.title) : undefined;
}
