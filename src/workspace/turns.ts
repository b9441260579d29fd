import { setImmediate as nextTurn } from "node:timers/promises";

/** Milliseconds that long work goes on until something else gets a turn. */
const TURN = 20;

/** What long work awaits after each of its steps: mostly nothing. `before` is called before something else gets its turn. */
export function turns(): (before?: () => void) => Promise<void> {
  let until = performance.now() + TURN;
  return async (before) => {
    if (performance.now() < until) return;
    before?.();
    await nextTurn();
    until = performance.now() + TURN;
  };
}
