import type { Message, MessageWriter } from "vscode-languageclient/node";
import { nextTurn } from "./sliced.ts";

/** Characters of a document from which putting it together and sending it are a turn each. */
const LARGE = 100_000;

/** Writes as another writer does, in the same order; others get their turn before a large document is sent. */
export class PatientWriter implements MessageWriter {
  readonly onError: MessageWriter["onError"];
  readonly onClose: MessageWriter["onClose"];
  readonly #writer: MessageWriter;
  /** Messages that wait for a large one. */
  #before: Promise<void> | undefined;

  constructor(writer: MessageWriter) {
    this.#writer = writer;
    this.onError = writer.onError;
    this.onClose = writer.onClose;
  }

  write(message: Message): Promise<void> {
    if (!this.#before && !isLarge(message)) return this.#writer.write(message);
    const written = (this.#before ?? Promise.resolve()).then(async () => {
      if (isLarge(message)) await nextTurn();
      // What follows need not wait until the other side has it.
      return { sent: this.#writer.write(message) };
    });
    const done: Promise<void> = written
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        if (this.#before === done) this.#before = undefined;
      });
    this.#before = done;
    return written.then(({ sent }) => sent);
  }

  end(): void {
    this.#writer.end();
  }

  dispose(): void {
    this.#writer.dispose();
  }
}

/** A document that is opened, or changed all over. */
function isLarge(message: Message): boolean {
  const { params } = message as { params?: { textDocument?: { text?: unknown }; contentChanges?: unknown } };
  const texts = [params?.textDocument, ...listOf(params?.contentChanges)].map((each) => each?.text);
  return texts.some((text) => typeof text === "string" && text.length > LARGE);
}

const listOf = (value: unknown): { text?: unknown }[] => (Array.isArray(value) ? value : []);
