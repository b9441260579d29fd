import type { FoundFile } from "../discover/walk.ts";

/** A file and what is to be read of it. */
export interface UnreadFile extends FoundFile {
  readonly reader: "code" | "prisma";
}

/** Files that several threads take from, each once: the place of the next one is in memory that all of them see. */
export interface SharedFiles {
  readonly files: readonly UnreadFile[];
  readonly next: Int32Array<SharedArrayBuffer>;
}

/** Files taken at once: few enough that threads end together, and enough that what is said of them is little. */
const RUN = 25;

export function shareFiles(files: readonly UnreadFile[]): SharedFiles {
  return { files, next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
}

/** The next files, which nobody else then takes; none where all are taken. */
export function takeRun({ files, next }: SharedFiles): readonly UnreadFile[] {
  const at = Atomics.add(next, 0, RUN);
  return files.slice(at, at + RUN);
}

/** All files that nobody took yet. */
export function takeRest({ files, next }: SharedFiles): readonly UnreadFile[] {
  return files.slice(Atomics.exchange(next, 0, files.length));
}

/** Bytes of the files that nobody took yet. */
export function sizeOfRest({ files, next }: SharedFiles): number {
  return files.slice(Atomics.load(next, 0)).reduce((sum, { size }) => sum + size, 0);
}
