import type { CodeFacts, MadeFact, SiteFact } from "../../source/code/facts.ts";
import type { NamedAt, Usage } from "../usage.ts";
import { isEitherKey, kindOf } from "./builtin.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Known, Thunk } from "./known.ts";
import { findSqlLibrary, findSupabaseFactory } from "./packages.ts";
import { nameOf } from "./text.ts";

type Constructed = BodyOf<"prisma-client"> | BodyOf<"supabase-client"> | BodyOf<"pg-connection">;
type BodyOf<Kind extends Usage["kind"]> = Omit<Extract<Usage, { kind: Kind }>, "path" | "role" | "span">;

/** `new PrismaClient()`, `createClient(url, key)`, `new Pool({...})`: what kind of client is made, and with what. */
export function readConstruction(
  evaluation: Evaluation,
  site: SiteFact,
  made: MadeFact,
  file: CodeFacts,
  clientComponent: boolean,
): Constructed | undefined {
  const value = site.value;
  if (value?.is !== "new" && value?.is !== "call") return undefined;
  const args: Thunk[] = value.args.map((arg) => ({ value: arg, file, frame: undefined }));
  for (const callee of evaluation.evaluate(value.of, file, undefined)) {
    const module = value.is === "new" ? prismaModule(evaluation, callee) : undefined;
    if (module !== undefined) return prismaClient(evaluation, module, made, args);
    const factory = findSupabaseFactory(callee);
    if (factory && callee.is === "package") {
      const url = factory.url === undefined ? undefined : findSetting(evaluation, args[factory.url]);
      const key = factory.key === undefined ? undefined : keyOf(evaluation, args[factory.key]);
      return {
        kind: "supabase-client",
        factory: callee.name,
        module: callee.specifier,
        client: kindOf(evaluation, factory, args),
        ...(url && { url }),
        ...(key && { key: hidden(key) }),
        ...common(made),
        perRequest: made.insideFunction && !made.guarded,
        clientComponent,
      };
    }
    const library = findSqlLibrary(callee);
    if (library !== undefined) {
      const url = findSetting(evaluation, args[0]);
      return { kind: "pg-connection", library, ...(url && { url }) };
    }
  }
  return undefined;
}

const keyOf = (evaluation: Evaluation, key: Thunk | undefined): NamedAt | undefined =>
  key && !isEitherKey(evaluation, key) ? findSetting(evaluation, key) : undefined;

/** `PrismaClient` itself, or a class that extends it. */
function prismaModule(evaluation: Evaluation, callee: Known, deep = 0): string | undefined {
  if (callee.is === "prisma-class") return callee.module;
  const base = callee.is === "class" && deep < 5 ? callee.file.classes[callee.index]?.extends : undefined;
  if (!base || callee.is !== "class") return undefined;
  for (const known of evaluation.evaluate(base, callee.file, undefined)) {
    const module = prismaModule(evaluation, known, deep + 1);
    if (module !== undefined) return module;
  }
  return undefined;
}

function prismaClient(
  evaluation: Evaluation,
  module: string,
  made: MadeFact,
  args: readonly Thunk[],
): Constructed {
  const url = findSetting(evaluation, args[0]);
  const where = url ? { url } : saysWhere(evaluation, args[0]) && { elsewhere: true as const };
  return { kind: "prisma-client", module, ...where, ...common(made) };
}

const CONNECTION_OPTIONS: ReadonlySet<string | undefined> = new Set([
  "datasourceUrl",
  "datasources",
  "adapter",
  "accelerateUrl",
]);

/** Whether options say where to connect, whatever they say. */
const saysWhere = (evaluation: Evaluation, options: Thunk | undefined): boolean =>
  options !== undefined &&
  evaluation
    .thunk(options)
    .some((known) => known.is === "object" && known.entries.some(({ name }) => CONNECTION_OPTIONS.has(name)));

const common = ({ guarded, variable, exportedAs, declaration, imported }: MadeFact) => ({
  guarded,
  ...(variable !== undefined && { variable }),
  ...(exportedAs !== undefined && { exportedAs }),
  ...(declaration && { declaration }),
  ...(imported && { imported }),
});

const URL_KEYS = ["datasourceUrl", "connectionString", "url", "connection", "datasources", "db", "adapter"];

/** The variable or literal that an argument stands for, also inside options: `{ connectionString: process.env.URL }`. */
function findSetting(evaluation: Evaluation, thunk: Thunk | undefined, deep = 0): NamedAt | undefined {
  if (!thunk || deep > 5) return undefined;
  const { value } = thunk;
  for (const known of evaluation.thunk(thunk)) {
    const found = settingOf(evaluation, known, deep);
    if (found) return found;
  }
  // `env.DATABASE_URL` of an environment module: the variable has the same name there.
  if (value?.is !== "member" || !/^[A-Z][A-Z0-9_]+$/.test(value.name)) return undefined;
  const span = { start: value.at, end: value.at + value.name.length };
  return { value: value.name, path: thunk.file.path, span, literal: false };
}

function settingOf(evaluation: Evaluation, known: Known, deep: number): NamedAt | undefined {
  if (known.is === "environment") {
    const span = { start: known.at, end: known.at + known.name.length };
    return { value: known.name, path: known.path, span, literal: false };
  }
  if (known.is === "text") {
    const name = nameOf(known);
    return name && { ...name, value: withoutPassword(name.value) };
  }
  if (known.is === "foreign") return findSetting(evaluation, known.args[0], deep + 1);
  if (known.is !== "object") return undefined;
  for (const key of URL_KEYS) {
    const entry = known.entries.find((each) => each.name === key);
    const found =
      entry &&
      findSetting(evaluation, { value: entry.value, file: known.file, frame: known.frame }, deep + 1);
    if (found) return found;
  }
  return undefined;
}

const withoutPassword = (url: string): string => url.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1:***@");

/** A literal key is not kept: its first letters tell what it is. */
function hidden(key: NamedAt): NamedAt {
  return key.quote !== undefined && key.value.length > 12
    ? { ...key, value: `${key.value.slice(0, 10)}…` }
    : key;
}
