import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "../../src/build/tree.ts";
import {
  type Access,
  browserModule,
  plainModule,
  serverModule,
} from "../../src/workspace/draft/supabase-modules.ts";
import { STRICT } from "./strict-options.ts";

/** What Next.js says of `cookies`: a promise since 15. */
const NEXT = (result: string) => `declare module "next/headers" {
  interface Cookie { name: string; value: string; path?: string; expires?: number | Date; maxAge?: number; domain?: string; secure?: boolean; httpOnly?: boolean; sameSite?: true | false | "lax" | "strict" | "none"; priority?: "low" | "medium" | "high"; partitioned?: boolean }
  interface Store {
    get(...args: [name: string] | [Pick<Cookie, "name">]): { name: string; value: string } | undefined;
    getAll(...args: [name: string] | [Pick<Cookie, "name">] | []): { name: string; value: string }[];
    set(...args: [key: string, value: string, cookie?: Partial<Cookie>] | [options: Cookie]): Store;
  }
  export function cookies(): ${result};
}
`;
const VITE = `interface ImportMeta { readonly env: Record<string, any> }
declare module "$env/static/public" { export const PUBLIC_SUPABASE_URL: string; export const PUBLIC_SUPABASE_ANON_KEY: string }
`;
const DATABASE = `export type Database = { public: { Tables: { tasks: { Row: { id: string }; Insert: { id: string }; Update: { id?: string }; Relationships: [] } }; Views: {}; Functions: {} } };
`;

/** Libraries are parsed once for all tests. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A folder that is there; the files are not. */
const FOLDER = import.meta.dirname;

/** What the compiler says of files, with the packages of this project; `ssr` stands for the library of cookies. */
function complaints(files: Readonly<Record<string, string>>, ssr = "@supabase/ssr"): string[] {
  const options: ts.CompilerOptions = {
    ...STRICT,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
    paths: { "@supabase/ssr": [join(ROOT, "node_modules", ssr)] },
  };
  const texts = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = texts.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, language, true);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, language, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName.slice(FOLDER.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
}

const next: Access = {
  url: "NEXT_PUBLIC_SUPABASE_URL",
  key: "NEXT_PUBLIC_SUPABASE_ANON_KEY",
  from: "process.env",
  database: 'import type { Database } from "./database";',
};
const untyped = { ...next, database: undefined };
const kit = {
  ...next,
  url: "PUBLIC_SUPABASE_URL",
  key: "PUBLIC_SUPABASE_ANON_KEY",
  from: "$env/static/public",
};
const vite = { ...next, url: "VITE_SUPABASE_URL", key: "VITE_SUPABASE_ANON_KEY", from: "import.meta.env" };
/** Asks as typed code does: a table that is not there is refused. */
const use = (module: string, make: string) => `import { ${make.replace(/\W.*$/, "")} } from "./${module}";
export const rows = async () => (await ${make}).from("tasks").select("id").single().then(({ data }) => data?.id.length);
`;

describe("Supabase modules that are written", function () {
  this.timeout(120_000);

  it("are what the libraries' own types take, typed by the database", () => {
    const files = {
      "next.d.ts": NEXT("Promise<Store>"),
      "vite.d.ts": VITE,
      "database.ts": DATABASE,
      "browser.ts": browserModule(next),
      "server.ts": serverModule(next, "0.8.0", "16.0.0"),
      "kit.ts": browserModule(kit),
      "vite.ts": browserModule(vite),
      "plain.ts": plainModule(vite),
      "untyped.ts": serverModule(untyped, "^0.8.0", "^15.0.0"),
      "use-browser.ts": use("browser", "createClient()"),
      "use-server.ts": use("server", "createClient()"),
      "wrong-server.ts": use("server", "createClient()").replace('"tasks"', '"task"'),
      "use-plain.ts": use("plain", "supabase"),
    };
    const [wrong, ...others] = complaints(files);
    assert.deepEqual(others, []);
    assert.match(wrong!, /^wrong-server\.ts: .*task/);
  });

  it("ask for cookies one by one where the library is that old, at once where Next.js is", () => {
    const files = {
      "next.d.ts": NEXT("Store"),
      "browser.ts": browserModule(untyped),
      "server.ts": serverModule(untyped, "0.3.0", "14.2.0"),
      "use-server.ts": use("server", "createClient()"),
    };
    assert.deepEqual(complaints(files, "supabase-ssr-0.3"), []);
  });
});
