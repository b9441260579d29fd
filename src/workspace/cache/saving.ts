import { setTimeout as delay } from "node:timers/promises";
import type { KnownFacts } from "../facts/known-facts.ts";
import { writePack, writePackInTurns } from "./pack.ts";

/** Fewer texts than this are read again in no time. */
const WORTH_SAVING = 100;

/** For how long, in ms, a text must stay as it is for a save to go on, and how long that pauses before each of its pieces. */
const CALM = 3000;
const PAUSE = 10;

/** Where facts are kept for the next run. */
export interface Destination {
  readonly folder: string;
  /** Of the readers that the facts come from. */
  readonly version: string;
  /** Whether facts are kept that this run did not ask for. */
  readonly others: boolean;
}

/** Keeps what a workspace read: at its end, and before, as an editor may kill its server without a word. */
export class Saving {
  readonly #facts: KnownFacts;
  readonly #to: Destination;
  #waiting: NodeJS.Timeout | undefined;
  #saved: Promise<unknown> = Promise.resolve();
  #isClosing = false;
  #edited = 0;

  constructor(facts: KnownFacts, to: Destination) {
    this.#facts = facts;
    this.#to = to;
  }

  /** Says that a text was edited: saving waits until nobody types. */
  edited(): void {
    this.#edited = performance.now();
  }

  /** Begins a save where there is much to keep and none is under way. */
  soon(): void {
    if (this.#facts.unsaved < WORTH_SAVING || this.#waiting) return;
    this.#waiting = setTimeout(() => {
      this.#saved = this.#save((...what) => writePackInTurns(...what, () => this.#calm())).finally(() => {
        this.#waiting = undefined;
      });
    }, CALM);
    this.#waiting.unref();
  }

  /** Keeps what is not kept yet. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#waiting);
    await this.#saved;
    await this.#save(writePack);
  }

  async #calm(): Promise<void> {
    do await delay(PAUSE);
    while (!this.#isClosing && performance.now() - this.#edited < CALM);
  }

  async #save(write: (...what: Parameters<typeof writePack>) => boolean | Promise<boolean>): Promise<void> {
    const { folder, version, others } = this.#to;
    if (this.#facts.unsaved) await write(folder, version, this.#facts.entries(others));
  }
}
