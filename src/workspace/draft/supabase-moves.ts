import type ts from "typescript";
import type { Project } from "../../project/project.ts";
import { replaceClient } from "../../project/replace-client.ts";
import {
  isOfRequest,
  type SupabaseAccess,
  type SupabaseClient,
  sideOf,
} from "../../project/supabase-modules.ts";
import { typescript } from "../../source/code/typescript.ts";
import type { Edit } from "../../text/edit.ts";
import type { Span } from "../../text/span.ts";
import { type CodeTree, manner, nodeAt, placesOf } from "./code-tree.ts";
import { addImport, importPath, treeOf } from "./imports.ts";

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
  access: SupabaseAccess,
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

function moveFile(
  project: Project,
  path: string,
  clients: readonly SupabaseClient[],
  access: SupabaseAccess,
  modules: Modules,
): Edit[] | string {
  const service = clients.find(({ client }) => client === "service");
  if (service) return whyService(service, modules);
  if (isOfRequest(path))
    return "its client is tied to a request and its response, and stays; make it by @supabase/ssr";
  const [only] = clients;
  if (clients.length === 1 && modules.plain && only!.client === "plain" && isSame(only!, access))
    return takePlain(project, only!, modules.plain);
  const sides = new Set(clients.map(sideOf));
  const [side] = sides;
  const target = side && modules[side];
  if (sides.size > 1 || !side || !target) return "which of the modules should make its client cannot be told";
  if (!clients.every((each) => isSame(each, access))) return "its client is for another project or key";
  const tree = treeOf(project, path);
  if (placesOf(tree, "createClient").length) return "createClient is another function there";
  const calls = clients.map(({ span }) => nodeAt(tree, span));
  if (!calls.every((each) => each !== undefined)) return "where its client is made cannot be told";
  if (side === "server" && !calls.every(isInAsync))
    return "the server's client is awaited, and not every function that makes one there is async";
  const imports = withoutFactories(tree, clients);
  if (!imports) return "what makes its client is not imported by name";
  const { quote, end } = manner(tree);
  const statement = `import { createClient } from ${quote}${importPath(project, tree, path, target)}${quote}${end}`;
  return [
    ...clients.map(({ span }, i) => ({ path, span, text: callOf(side, calls[i]!) })),
    ...place(tree, imports, statement),
  ];
}

const whyService = ({ clientComponent }: SupabaseClient, { server }: Modules): string =>
  clientComponent
    ? `it makes a client with the service key, for browsers: what that does belongs on the server${server ? `, by the client of ${server} where it is done for who asks` : ""}`
    : "its client has the service key, which steps around policies, and is left as it is";

function takePlain(project: Project, client: SupabaseClient, module: string): Edit[] | string {
  const kept = { ...client, path: module, made: "", exportedAs: "supabase", variable: "supabase" };
  const remedy = replaceClient(project, { ...client, made: client.factory }, kept);
  return remedy?.kind === "edit" ? [...remedy.edits] : "its client cannot be replaced by an import whole";
}

const isSame = ({ url, key }: SupabaseClient, access: SupabaseAccess): boolean =>
  (url?.value ?? access.url) === access.url && (key?.value ?? access.key) === access.key;

function callOf(side: "browser" | "server", call: ts.Node): string {
  const t = typescript();
  let { parent } = call;
  while (t.isParenthesizedExpression(parent)) parent = parent.parent;
  if (side === "browser" || t.isAwaitExpression(parent)) return "createClient()";
  const above = call.parent;
  const isRead =
    (t.isPropertyAccessExpression(above) || t.isElementAccessExpression(above)) && above.expression === call;
  return isRead ? "(await createClient())" : "await createClient()";
}

/** The import statements of what made the clients, with what the file still uses of them; "" for one that goes. */
function withoutFactories(tree: CodeTree, clients: readonly SupabaseClient[]): Edit[] | undefined {
  const missing = new Set(clients.map(({ factory }) => factory));
  const edits: Edit[] = [];
  for (const { span, specifier, names, braces, default: own } of tree.imports) {
    if (!specifier.startsWith("@supabase/") || !braces) continue;
    if (!names.some(({ name, local }) => name === local && missing.has(name))) continue;
    const gone = [span, ...clients.map((each) => each.span)];
    const kept = names.filter(({ local }) => !missing.has(local) || isUsed(tree, local, gone));
    for (const { local } of names) missing.delete(local);
    if (kept.length === names.length) continue;
    const list = `{ ${kept.map(({ written }) => written).join(", ")} }`;
    if (kept.length) edits.push({ path: tree.path, span: braces, text: list });
    else if (own === undefined) edits.push({ path: tree.path, span, text: "" });
    else return undefined;
  }
  return missing.size ? undefined : edits;
}

const isUsed = (tree: CodeTree, name: string, gone: readonly Span[]): boolean =>
  placesOf(tree, name).some((at) => !gone.some(({ start, end }) => at.start >= start && at.end <= end));

/** The new import stands where an old one went, else behind the others. */
function place(tree: CodeTree, imports: readonly Edit[], statement: string): Edit[] {
  const whole = imports.find(({ text }) => text === "");
  if (!whole) return [addImport(tree, statement), ...imports];
  return imports.map((each) =>
    each === whole ? { ...each, text: statement } : each.text === "" ? withLineEnd(tree, each) : each,
  );
}

const withLineEnd = ({ text }: CodeTree, edit: Edit): Edit => {
  const { start, end } = edit.span;
  return { ...edit, span: { start, end: end + /^[ \t]*(\r?\n)?/.exec(text.slice(end))![0].length } };
};

/** Whether the function around a call is one that may await. */
function isInAsync(call: ts.Node): boolean {
  const t = typescript();
  let at: ts.Node | undefined = call;
  while (at && !t.isFunctionLike(at)) at = at.parent;
  return (
    at !== undefined &&
    t.canHaveModifiers(at) &&
    (t.getModifiers(at) ?? []).some(({ kind }) => kind === t.SyntaxKind.AsyncKeyword)
  );
}
