/** Characters of texts that are kept: findings of one file ask for its text one after another. */
const KEPT = 8 * 1024 * 1024;

interface Recent {
  readonly stamp: string;
  readonly text: string | undefined;
}

/** The texts read last, so that asking for one a thousand times reads its file once. */
export class RecentTexts {
  readonly #texts = new Map<string, Recent>();
  #length = 0;

  /** The text of a file in the state that `stamp` names; `read` is called where it is not at hand. */
  get(path: string, stamp: string, read: () => string | undefined): string | undefined {
    const known = this.#texts.get(path);
    if (known?.stamp === stamp) return known.text;
    const text = read();
    this.keep(path, stamp, text);
    return text;
  }

  /** A text that is likely to be asked for soon. */
  keep(path: string, stamp: string, text: string | undefined): void {
    this.#forget(path);
    this.#texts.set(path, { stamp, text });
    this.#length += text?.length ?? 0;
    for (const oldest of this.#texts.keys()) {
      if (this.#length <= KEPT || oldest === path) break;
      this.#forget(oldest);
    }
  }

  #forget(path: string): void {
    this.#length -= this.#texts.get(path)?.text?.length ?? 0;
    this.#texts.delete(path);
  }
}
