/** The modules of a bundle, each evaluated by its function, dependencies first; the last one is what was asked for. */
export type Sliced<Module> = readonly [...dependencies: (() => unknown)[], module: () => Module];

/** Milliseconds after which others get their turn. */
const SLICE = 5;

/** Reads and evaluates a large bundle without making the extension host wait for all of it at once. */
export async function loadSliced<Module>(
  read: () => Promise<{ readonly modules: Sliced<Module> }>,
): Promise<Module> {
  await nextTurn();
  const { modules } = await read();
  // Reading was a slice of its own.
  let begun = Number.NEGATIVE_INFINITY;
  let last: unknown;
  for (const evaluate of modules) {
    if (performance.now() - begun > SLICE) {
      await nextTurn();
      begun = performance.now();
    }
    last = evaluate();
  }
  return last as Module;
}

/** Lets whatever waits in the extension host go first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
