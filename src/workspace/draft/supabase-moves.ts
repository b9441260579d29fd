import type ts from "typescript";
import type { Project } from "../../project/project.ts";
import { replaceClient } from "../../project/replace-client.ts";
import { typescript } from "../../source/code/typescript.ts";
import type { Edit } from "../../text/edit.ts";
import { wholeName } from "../../text/pattern.ts";
import type { Span } from "../../text/span.ts";
import { addImport, importPath } from "./imports.ts";
import type { SupabaseClient } from "./supabase.ts";
import type { Access } from "./supabase-modules.ts";

/** Modules that were written, and that others can import from. */
interface Modules {
  readonly browser?: string;
  readonly server?: string;
  /** Exports the one client itself. */
  readonly plain?: string;
}

/** Calls that a module takes over, file by file; what wants a decision is said. */
export function moveClients(
  project: Project,
  clients: readonly SupabaseClient[],
  access: Access,
  modules: Modules,
): { readonly edits: readonly Edit[]; readonly left: readonly string[] } {
  const edits: Edit[] = [];
  const left: string[] = [];
  for (const path of new Set(clients.map((each) => each.path))) {
    if (Object.values(modules).includes(path)) continue;
    const own = clients.filter((each) => each.path === path);
    const moved = moveFile(project, path, own, access, modules);
    if (typeof moved === "string") left.push(`${path}: ${moved}`);
    else edits.push(...moved);
  }
  return { edits, left };
}

const BROWSER = new Set(["createClientComponentClient", "createPagesBrowserClient", "createBrowserClient"]);
const SERVER = new Set([
  "createServerComponentClient",
  "createRouteHandlerClient",
  "createServerActionClient",
  "createServerClient",
]);
/** Whether code there makes a client for the request and response at hand. */
export const isOfRequest = (path: string): boolean =>
  /(^|\/)(middleware|proxy)[^/]*$|(^|\/)(middleware|proxy)\//i.test(path);

function moveFile(
  project: Project,
  path: string,
  clients: readonly SupabaseClient[],
  access: Access,
  modules: Modules,
): Edit[] | string {
  const text = project.text(path) ?? "";
  const service = clients.find(({ client }) => client === "service");
  if (service)
    return service.clientComponent
      ? "it makes a client with the service key, for browsers: what that does belongs on the server"
      : "its client has the service key, which steps around policies, and is left as it is";
  if (isOfRequest(path))
    return "its client is tied to a request and its response, and stays; make it by @supabase/ssr";
  const [only] = clients;
  if (clients.length === 1 && modules.plain && only!.client === "plain" && isSame(only!, access)) {
    const kept = { ...only!, path: modules.plain, made: "", exportedAs: "supabase", variable: "supabase" };
    const remedy = replaceClient(project, { ...only!, made: only!.factory }, kept);
    return remedy?.kind === "edit" ? [...remedy.edits] : "its client cannot be replaced by an import whole";
  }
  const kinds = new Set(clients.map(kindOf));
  const [kind] = kinds;
  const target = kind && modules[kind];
  if (kinds.size > 1 || !kind || !target) return "which of the modules should make its client cannot be told";
  if (!clients.every((each) => isSame(each, access))) return "its client is for another project or key";
  const calls = clients.map(({ span, factory }) => ({ span, factory }));
  if (/\bcreateClient\b/.test(text)) return "createClient is another function there";
  if (kind === "server" && !calls.every(({ span }) => isInAsync(path, text, span)))
    return "the server's client is awaited, and not every function that makes one there is async";
  const imports = withoutFactories(path, text, calls);
  if (!imports) return "what makes its client is not imported by name";
  const quote = /from\s*'/.test(text) ? "'" : '"';
  const end = /^import\b[^;\n]*$/m.test(text) && !/^import\b[^\n]*;/m.test(text) ? "" : ";";
  const statement = `import { createClient } from ${quote}${importPath(project, text, path, target)}${quote}${end}`;
  return [
    ...calls.map(({ span }) => ({ path, span, text: callOf(kind, text, span) })),
    ...place(path, text, imports, statement),
  ];
}

const isSame = ({ url, key }: SupabaseClient, access: Access): boolean =>
  (url?.value ?? access.url) === access.url && (key?.value ?? access.key) === access.key;

export const kindOf = ({ factory }: SupabaseClient): "browser" | "server" | undefined =>
  BROWSER.has(factory) ? "browser" : SERVER.has(factory) ? "server" : undefined;

function callOf(kind: "browser" | "server", text: string, { start, end }: Span): string {
  if (kind === "browser" || /\bawait\s*\(?\s*$/.test(text.slice(0, start))) return "createClient()";
  return /^\s*[.?[]/.test(text.slice(end)) ? "(await createClient())" : "await createClient()";
}

/** The import statements of what made the clients, with what the file still uses of them; "" for one that goes. */
function withoutFactories(
  path: string,
  text: string,
  calls: readonly { readonly span: Span; readonly factory: string }[],
): Edit[] | undefined {
  const edits: Edit[] = [];
  const missing = new Set(calls.map(({ factory }) => factory));
  for (const found of text.matchAll(/^import\s*\{([^}]*)\}\s*from\s*["']@supabase\/[^"']+["'];?/gm)) {
    const names = found[1]!
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
    if (!names.some((name) => missing.has(name))) continue;
    const span = { start: found.index, end: found.index + found[0].length };
    const gone = [span, ...calls.map((each) => each.span)];
    const kept = names.filter((name) => !missing.has(name) || isUsed(text, name, gone));
    for (const name of names) missing.delete(name);
    if (kept.length === names.length) continue;
    const rest = kept.length ? found[0].replace(/\{[^}]*\}/, `{ ${kept.join(", ")} }`) : "";
    edits.push({ path, span, text: rest });
  }
  return missing.size ? undefined : edits;
}

const isUsed = (text: string, name: string, gone: readonly Span[]): boolean =>
  [...text.matchAll(new RegExp(wholeName(name), "g"))].some(
    ({ index }) => !gone.some(({ start, end }) => index >= start && index < end),
  );

/** The new import stands where the old one was. */
function place(path: string, text: string, imports: readonly Edit[], statement: string): Edit[] {
  const [first, ...others] = imports;
  if (!first) return [addImport(path, text, statement)];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return [{ ...first, text: first.text ? `${first.text}${eol}${statement}` : statement }, ...others];
}

/** Whether the function around a call is one that may await. */
function isInAsync(path: string, text: string, { start, end }: Span): boolean {
  const t = typescript();
  const file = t.createSourceFile(path, text, t.ScriptTarget.Latest, true);
  let at: ts.Node | undefined = innermost(file, start, end);
  while (at && !t.isFunctionLike(at)) at = at.parent;
  return (
    at !== undefined &&
    t.canHaveModifiers(at) &&
    (t.getModifiers(at) ?? []).some(({ kind }) => kind === t.SyntaxKind.AsyncKeyword)
  );
}

function innermost(node: ts.Node, start: number, end: number): ts.Node {
  const t = typescript();
  const inner = t.forEachChild(node, (child) => (child.pos <= start && end <= child.end ? child : undefined));
  return inner ? innermost(inner, start, end) : node;
}
