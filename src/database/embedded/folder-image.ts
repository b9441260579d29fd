/** What the engine's file system does; its types say less. */
export interface EngineFiles {
  readdir(path: string): string[];
  stat(path: string): { readonly mode: number };
  isDir(mode: number): boolean;
  mkdir(path: string): void;
  readFile(path: string): Uint8Array;
  writeFile(path: string, bytes: Uint8Array, options: { readonly canOwn: boolean }): void;
  unlink(path: string): void;
}

/** Path below the folder, and bytes; -1 for a folder. */
type Entry = readonly [path: string, size: number];

/** A folder as one piece: an index on the first line, the files one after another behind it. */
export function packFolder(files: EngineFiles, root: string): Uint8Array<ArrayBuffer> {
  const index: Entry[] = [];
  const bodies: Uint8Array[] = [];
  const visit = (path: string) => {
    for (const name of files.readdir(root + path)) {
      if (name === "." || name === "..") continue;
      const below = `${path}/${name}`;
      const isFolder = files.isDir(files.stat(root + below).mode);
      const body = isFolder ? undefined : files.readFile(root + below);
      index.push([below, body ? body.length : -1]);
      if (body) bodies.push(body);
      else visit(below);
    }
  };
  visit("");
  const line = Buffer.from(`${JSON.stringify(index)}\n`);
  return concatenate([line, ...bodies]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lays a folder down from its piece, whose bytes become the files' own: nobody may use it afterwards. */
export function unpackFolder(files: EngineFiles, root: string, packed: Uint8Array): void {
  const lineEnd = packed.indexOf(10);
  const index = JSON.parse(Buffer.from(packed.subarray(0, lineEnd)).toString()) as Entry[];
  let at = lineEnd + 1;
  for (const [path, size] of index) {
    if (size < 0) files.mkdir(root + path);
    else files.writeFile(root + path, packed.subarray(at, at + size), { canOwn: true });
    at += Math.max(0, size);
  }
}
