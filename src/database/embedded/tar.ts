/** One file of an archive. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

/** The files of a tar archive as the engine's extensions come in: names are short, and nothing but files and folders. */
export function readTar(archive: Uint8Array): ArchivedFile[] {
  const files: ArchivedFile[] = [];
  for (let at = 0; archive[at]; ) {
    const field = (start: number, end: number) => textOf(archive.subarray(at + start, at + end));
    const size = Number.parseInt(field(124, 136), 8) || 0;
    const begin = at + BLOCK;
    const isFile = field(156, 157) === "0" || field(156, 157) === "";
    const folder = field(345, 500);
    const path = (folder ? `${folder}/` : "") + field(0, 100);
    if (isFile) files.push({ path, bytes: archive.subarray(begin, begin + size) });
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** A field ends where its first zero is. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString("latin1").replace(/\0.*$/s, "").trim();
