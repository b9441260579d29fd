/** What the engine's file system does; its types say less. */
export interface EngineFiles {
  readdir(path: string): string[];
  stat(path: string): { readonly mode: number };
  isDir(mode: number): boolean;
  mkdir(path: string): void;
  readFile(path: string): Uint8Array;
  writeFile(path: string, bytes: Uint8Array, options: { readonly canOwn: boolean }): void;
  unlink(path: string): void;
  lookupPath(path: string): { readonly node: FileNode };
}

/** A file in the engine's memory. */
interface FileNode {
  usedBytes: number;
  contents: Uint8Array;
}

/** Path below the folder, bytes, and how many of them are there, where the others are zeros; -1 for a folder. */
type Entry = readonly [path: string, size: number, there?: number];

/** Where pages have room, and which are all visible: PostgreSQL does without, and a start touches every byte it has. */
const NEEDLESS = /_(fsm|vm)$/;

/** Zeros at a file's end that are worth leaving out. */
const WORTH = 65_536;

/** A folder as one piece: an index on the first line, the files one after another behind it. */
export function packFolder(files: EngineFiles, root: string): Uint8Array<ArrayBuffer> {
  const index: Entry[] = [];
  const bodies: Uint8Array[] = [];
  const visit = (path: string) => {
    for (const name of files.readdir(root + path)) {
      if (name === "." || name === ".." || NEEDLESS.test(name)) continue;
      const below = `${path}/${name}`;
      const isFolder = files.isDir(files.stat(root + below).mode);
      if (isFolder) {
        index.push([below, -1]);
        visit(below);
        continue;
      }
      const body = files.readFile(root + below);
      const there = withoutZeros(body);
      index.push(there < body.length ? [below, body.length, there] : [below, body.length]);
      bodies.push(body.subarray(0, there));
    }
  };
  visit("");
  const line = Buffer.from(`${JSON.stringify(index)}\n`);
  return concatenate([line, ...bodies]);
}

function withoutZeros(body: Uint8Array): number {
  let end = body.length;
  while (end > 0 && body[end - 1] === 0) end--;
  return body.length - end < WORTH ? body.length : end;
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
  for (const [path, size, there = size] of index) {
    if (size < 0) {
      files.mkdir(root + path);
      continue;
    }
    const body = packed.subarray(at, at + there);
    files.writeFile(root + path, there < size ? lengthened(body, size) : body, { canOwn: true });
    at += there;
  }
}

function lengthened(body: Uint8Array, size: number): Uint8Array {
  const whole = new Uint8Array(size);
  whole.set(body);
  return whole;
}

/** A file whose bytes are wanted when something first reads them. */
export function writeLater(files: EngineFiles, path: string, size: number, read: () => Uint8Array): void {
  files.writeFile(path, NO_BYTES, { canOwn: true });
  const { node } = files.lookupPath(path);
  node.usedBytes = size;
  const settle = (value: Uint8Array) =>
    Object.defineProperty(node, "contents", { value, writable: true, configurable: true, enumerable: true });
  Object.defineProperty(node, "contents", {
    get: () => {
      const bytes = read();
      settle(bytes);
      return bytes;
    },
    set: settle,
    configurable: true,
    enumerable: true,
  });
}

const NO_BYTES = new Uint8Array(0);
