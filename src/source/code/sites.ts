import type ts from "typescript";
import { readValue } from "./expression.ts";
import type { SiteFact } from "./facts.ts";
import { readMade } from "./made.ts";
import { readSqlCall, readTag } from "./sql.ts";
import { startOf } from "./survey.ts";
import { resolveName, type Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { Value } from "./value.ts";
import {
  CLIENT_PACKAGES,
  CONTINUATIONS,
  ORM_CLIENT,
  ORM_METHODS,
  ORM_ONLY,
  ORM_PACKAGES,
  PRISMA_METHODS,
  PRISMA_ONLY,
  STARTS,
  SUPABASE_FACTORIES,
} from "./vocabulary.ts";

/** Expressions that may use a database. Chains are found first, so that one chain is one site wherever it is referred to. */
export function readSites(tables: Tables): SiteFact[] {
  const { survey } = tables;
  const chains = survey.calls.filter((call) => isChain(tables, call));
  chains.forEach((node, index) => void tables.siteOf.set(node, index));
  const sites = chains.map((node): SiteFact => {
    tables.siteOf.delete(node);
    const value = readValue(tables, node);
    tables.siteOf.set(node, tables.siteOf.size);
    return { value, span: spanOf(tables, node) };
  });
  chains.forEach((node, index) => void tables.siteOf.set(node, index));
  for (const node of survey.news) push(sites, readConstruction(tables, node));
  for (const node of survey.calls) {
    push(sites, readFactory(tables, node));
    push(sites, readSql(tables, node, node.expression, readSqlCall(tables, node)));
  }
  for (const node of survey.tags) push(sites, readSql(tables, node, node.tag, readTag(tables, node)));
  return sites;
}

function push(sites: SiteFact[], site: SiteFact | undefined): void {
  if (site) sites.push(site);
}

const LONGEST_CHAIN = 200;

/** Follows the calls of a chain inwards from its last one; those on the way do not count again. */
function isChain(tables: Tables, call: ts.CallExpression): boolean {
  const t = typescript();
  if (tables.links.has(call)) return false;
  let interesting = false;
  let mayQuery = false;
  let first: ts.CallExpression = call;
  let at: ts.Expression = call;
  for (let links = 0; links < LONGEST_CHAIN; links++) {
    if (t.isCallExpression(at)) {
      if (at !== call) tables.links.add(at);
      first = at;
      interesting ||= startsSomething(tables, at);
      mayQuery ||= isOrmMethod(tables, at);
      at = at.expression;
    } else if (
      t.isPropertyAccessExpression(at) ||
      t.isElementAccessExpression(at) ||
      t.isNonNullExpression(at) ||
      t.isParenthesizedExpression(at) ||
      t.isAwaitExpression(at)
    )
      at = at.expression;
    else break;
  }
  if (isForeign(tables, at)) return false;
  return interesting || (mayQuery && mayBeOrm(tables, at, first)) || continuesSomething(tables, first, at);
}

/** A method that starts a query of another ORM; a call of the client itself does so too: `knex("tasks")`. */
function isOrmMethod(tables: Tables, { expression }: ts.CallExpression): boolean {
  const t = typescript();
  if (t.isIdentifier(expression))
    return (
      ORM_CLIENT.test(expression.text) && !ORM_PACKAGES.test(importOf(tables, expression)?.specifier ?? "")
    );
  return t.isPropertyAccessExpression(expression) && ORM_METHODS.has(expression.name.text);
}

/** Names that everybody has count in files that import an ORM, on what is called like its client, or both. */
function mayBeOrm({ survey }: Tables, root: ts.Expression, { expression }: ts.CallExpression): boolean {
  const t = typescript();
  if (t.isPropertyAccessExpression(expression) && ORM_ONLY.has(expression.name.text)) return true;
  if (survey.modules.some(({ specifier }) => ORM_PACKAGES.test(specifier))) return true;
  return t.isIdentifier(root) && ORM_CLIENT.test(root.text);
}

function startsSomething(tables: Tables, call: ts.CallExpression): boolean {
  const t = typescript();
  const { expression } = call;
  if (!t.isPropertyAccessExpression(expression)) return false;
  const method = expression.name.text;
  if (PRISMA_METHODS.has(method)) return isModel(tables, expression.expression, method);
  if (!STARTS.has(method)) return false;
  if (method === "on") return call.arguments.length > 1 && isRealtimeKind(call.arguments[0]!);
  return call.arguments.length > 0;
}

const isRealtimeKind = (node: ts.Expression): boolean =>
  typescript().isStringLiteralLike(node) &&
  /^(postgres_changes|broadcast|presence|system|INSERT|UPDATE|DELETE|\*)$/.test(node.text);

/** `client.model`, `client[name]`, or a constant that holds one. */
function isModel(tables: Tables, node: ts.Expression, method: string): boolean {
  const t = typescript();
  if (t.isPropertyAccessExpression(node)) return true;
  if (t.isElementAccessExpression(node)) return PRISMA_ONLY.has(method);
  if (t.isAsExpression(node) || t.isParenthesizedExpression(node))
    return isModel(tables, node.expression, method);
  if (!t.isIdentifier(node)) return false;
  const declaration = tables.survey.scopeAt(node).find(node.text);
  if (declaration?.origin.from === "import") return PRISMA_ONLY.has(method);
  if (declaration?.origin.from !== "value" || !declaration.origin.init) return false;
  if (declaration.steps.length) return PRISMA_ONLY.has(method);
  return (
    t.isPropertyAccessExpression(declaration.origin.init) ||
    t.isElementAccessExpression(declaration.origin.init)
  );
}

/** `query = query.eq(...)`, `channel.on(...)`: the variable holds the result of a call. */
function continuesSomething(tables: Tables, first: ts.CallExpression, root: ts.Expression): boolean {
  const t = typescript();
  const { expression } = first;
  if (!t.isPropertyAccessExpression(expression) || !CONTINUATIONS.has(expression.name.text)) return false;
  if (!t.isIdentifier(root) || expression.expression !== root) return false;
  const declaration = tables.survey.scopeAt(root).find(root.text);
  if (declaration?.origin.from === "param")
    return declaration.type !== undefined && first.arguments.length > 0;
  if (declaration?.origin.from !== "value") return false;
  return [declaration.origin.init, ...declaration.assigned].some(
    (each) => each && t.isCallExpression(peel(each)),
  );
}

function peel(node: ts.Expression): ts.Expression {
  const t = typescript();
  let at = node;
  while (
    t.isAwaitExpression(at) ||
    t.isParenthesizedExpression(at) ||
    t.isAsExpression(at) ||
    t.isNonNullExpression(at)
  )
    at = at.expression;
  return at;
}

/** Rooted in a name of the language or a literal: `Array.from`, `[].concat`. */
function isForeign(tables: Tables, root: ts.Expression): boolean {
  const t = typescript();
  const K = t.SyntaxKind;
  if (t.isIdentifier(root)) {
    if (root.text === "globalThis" || root.text === "global" || root.text === "window") return false;
    return !tables.survey.scopeAt(root).find(root.text);
  }
  const rooted = [K.ThisKeyword, K.SuperKeyword, K.NewExpression, K.ImportKeyword];
  return !rooted.includes(root.kind);
}

const CLIENT_NAMES = /prisma|supabase|client|pool|database|^db|datasource|sequelize|kysely|repo|service/i;

/** `new PrismaClient()`, `new Pool({...})`. */
function readConstruction(tables: Tables, node: ts.NewExpression): SiteFact | undefined {
  const t = typescript();
  const name = t.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!t.isIdentifier(name)) return undefined;
  const from = importOf(tables, name);
  if (!CLIENT_NAMES.test(name.text) && !(from && CLIENT_PACKAGES.test(from.specifier))) return undefined;
  const value = readValue(tables, node);
  return value ? { value, span: spanOf(tables, node), made: readMade(tables.survey, node) } : undefined;
}

/** `createClient(url, key)`, `postgres(url)`, `drizzle(url)`. */
function readFactory(tables: Tables, node: ts.CallExpression): SiteFact | undefined {
  const t = typescript();
  if (!t.isIdentifier(node.expression)) return undefined;
  const from = importOf(tables, node.expression);
  if (!from) return undefined;
  const isFactory = CLIENT_PACKAGES.test(from.specifier) || SUPABASE_FACTORIES.has(from.name);
  if (!isFactory) return undefined;
  const value = readValue(tables, node);
  return value ? { value, span: spanOf(tables, node), made: readMade(tables.survey, node) } : undefined;
}

function importOf(tables: Tables, name: ts.Identifier): { specifier: string; name: string } | undefined {
  const value: Value = resolveName(tables, name);
  if (value?.is !== "import") return undefined;
  return { specifier: tables.survey.modules[value.module]!.specifier, name: value.name };
}

function readSql(
  tables: Tables,
  node: ts.Node,
  receiver: ts.Expression,
  sql: SiteFact["sql"],
): SiteFact | undefined {
  if (!sql) return undefined;
  return { value: readValue(tables, receiver), span: spanOf(tables, node), sql };
}

const spanOf = (tables: Tables, node: ts.Node): { start: number; end: number } => ({
  start: startOf(node, tables.survey.file),
  end: node.end,
});
