import { printable } from "../report/printable.ts";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  update(done: number, total: number, what: string): void;
  /** Takes the line away again. */
  end(): void;
}

const SILENT: Progress = { update() {}, end() {} };

/** Milliseconds before anything is shown, as most runs are over by then; and between two changes. */
const PATIENCE = 700;
const PACE = 80;

const CLEAR = "\r\u001b[K";

/**
 * One line that says how far a long run is, on a terminal that somebody watches. It hides no cursor and handles no
 * signal: Ctrl-C ends the process at once, in the middle of whatever it computes.
 */
export function createProgress(terminal: Terminal): Progress {
  if (!terminal.watched) return SILENT;
  let next = performance.now() + PATIENCE;
  let shown = false;
  return {
    update(done, total, what) {
      const now = performance.now();
      if (now < next) return;
      next = now + PACE;
      shown = true;
      const text = total > 0 ? `${what} ${done} of ${total}` : what;
      terminal.complain(CLEAR + printable(text).slice(0, terminal.width - 1));
    },
    end() {
      if (shown) terminal.complain(CLEAR);
      shown = false;
    },
  };
}
