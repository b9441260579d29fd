/** A module of several files, each with functions that evaluate its modules, dependencies first; the very last one is what was asked for. */
export interface Sliced<Module> {
  readonly files: readonly (() => { readonly modules: Readonly<Record<string, () => Module>> })[];
}

/** Milliseconds after which others get their turn. */
const SLICE = 5;

/** Reads and evaluates what is large without making the extension host wait for all of it at once. */
export async function loadSliced<Module>(index: () => Promise<Sliced<Module>>): Promise<Module> {
  await nextTurn();
  const { files } = await index();
  let last: Module | undefined;
  for (const read of files) {
    await nextTurn();
    const { modules } = read();
    // Reading was a slice of its own.
    let begun = Number.NEGATIVE_INFINITY;
    for (const evaluate of Object.values(modules)) {
      if (performance.now() - begun > SLICE) {
        await nextTurn();
        begun = performance.now();
      }
      last = evaluate();
    }
  }
  return last!;
}

/** Lets whatever waits in the extension host go first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
