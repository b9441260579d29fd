import { isTooLarge, kindOfFile } from "../discover/file-kind.ts";
import { type Large, piecesOfText } from "../discover/too-large.ts";

/** Texts of open editors, by path. */
export class OpenTexts {
  readonly #texts = new Map<string, string>();

  set(path: string, text: string | undefined): void {
    if (text === undefined) this.#texts.delete(path);
    else this.#texts.set(path, text);
  }

  get(path: string): string | undefined {
    return this.#texts.get(path);
  }

  has(path: string): boolean {
    return this.#texts.has(path);
  }

  paths(): Iterable<string> {
    return this.#texts.keys();
  }

  /** A text that would not be read from disk either. */
  tooLarge(path: string): Large | undefined {
    const text = this.#texts.get(path);
    const kind = kindOfFile(path);
    if (text === undefined || !kind) return undefined;
    const large = { kind, size: Buffer.byteLength(text), pieces: () => piecesOfText(text) };
    return isTooLarge(large) ? large : undefined;
  }
}
