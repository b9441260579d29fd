/** What shells give for a process that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Ctrl-C aborts the signal of `work`, once; what is under way can stop in order. A second one ends the process. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once("SIGINT", interrupt);
  try {
    return await work(interrupted.signal);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** Ctrl-C waits until `work` is done: files are written whole. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  process.on("SIGINT", ignore);
  try {
    return await work();
  } finally {
    process.off("SIGINT", ignore);
  }
}

const ignore = () => {};
