import type { CodeFacts } from "../../source/code/facts.ts";
import type { CallValue } from "../../source/code/value.ts";
import type { Evaluation } from "./evaluate.ts";
import { callFunction } from "./invoke.ts";
import type { Frame, Known, KnownText, SupabaseKind, Thunk } from "./known.ts";
import { propertyOf } from "./member.ts";
import { findSqlLibrary, findSupabaseFactory, type SupabaseFactory } from "./packages.ts";
import { joinText, nameOf, textsOf } from "./text.ts";

/** Calls of what packages export: factories of clients, and functions that hand values through. */
export function callBuiltin(
  evaluation: Evaluation,
  callee: Known,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  if (callee.is !== "package") return callee.is === "sql" ? [callee] : [];
  const factory = findSupabaseFactory(callee);
  if (factory) return [makeSupabase(evaluation, factory, args)];
  const library = findSqlLibrary(callee);
  if (library !== undefined) return [{ is: "sql", library }];
  const handed = handThrough(evaluation, callee.name, call, args, file, frame);
  return handed ?? [{ is: "foreign", specifier: callee.specifier, name: callee.name, args }];
}

function makeSupabase(evaluation: Evaluation, factory: SupabaseFactory, args: readonly Thunk[]): Known {
  return { is: "supabase", client: kindOf(evaluation, factory, args), schema: schemaOf(evaluation, args) };
}

/** The service key makes any client a service client; otherwise the factory tells. */
export function kindOf(
  evaluation: Evaluation,
  factory: SupabaseFactory,
  args: readonly Thunk[],
): SupabaseKind {
  const key = factory.key === undefined ? undefined : args[factory.key];
  return key && isServiceKey(evaluation, key) ? "service" : factory.client;
}

const SERVICE = /SERVICE|SECRET|ADMIN/i;

function isServiceKey(evaluation: Evaluation, key: Thunk): boolean {
  if (key.value?.is === "member" && SERVICE.test(key.value.name)) return true;
  return keysIn(evaluation, key).includes(true);
}

/** `admin ? process.env.SECRET_KEY : process.env.ANON_KEY`: it depends whose client that makes. */
export const isEitherKey = (evaluation: Evaluation, key: Thunk): boolean =>
  new Set(keysIn(evaluation, key)).size > 1;

/** Of each key that the value may be, whether it is the service's. */
const keysIn = (evaluation: Evaluation, key: Thunk): boolean[] =>
  evaluation.thunk(key).flatMap((known) => {
    if (known.is === "environment") return [SERVICE.test(known.name)];
    return known.is === "text" ? [isServiceText(known)] : [];
  });

function isServiceText(text: KnownText): boolean {
  const value = joinText(text);
  if (value.startsWith("sb_secret_")) return true;
  const payload = /^eyJ[\w-]*\.(eyJ[\w-]*)\./.exec(value)?.[1];
  return (
    payload !== undefined && Buffer.from(payload, "base64url").toString("utf8").includes('"service_role"')
  );
}

/** `createClient(url, key, { db: { schema: "api" } })`. */
function schemaOf(evaluation: Evaluation, args: readonly Thunk[]): string | undefined {
  for (const arg of args.slice(1)) {
    const options = evaluation.thunk(arg).find((each) => each.is === "object");
    const db = options && propertyOf(evaluation, options, "db").find((each) => each.is === "object");
    const schema = db && textsOf(propertyOf(evaluation, db, "schema"))[0];
    if (schema) return nameOf(schema)?.value;
  }
  return undefined;
}

/** React's hooks, Vue's refs, and what extends a Prisma client. */
function handThrough(
  evaluation: Evaluation,
  name: string,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] | undefined {
  const [first] = args;
  const given = (): Known[] => (first ? evaluation.thunk(first) : []);
  switch (name) {
    case "useMemo":
    case "computed":
      return made(evaluation, given());
    case "useState":
    case "useReducer": {
      const initial = made(evaluation, given());
      return initial.length || call.type ? [holding(evaluation, call, args, file, frame)] : [];
    }
    case "useRef":
    case "ref":
    case "shallowRef":
      return [
        {
          is: "object",
          entries: [
            { name: "current", value: first?.value ?? null },
            { name: "value", value: first?.value ?? null },
          ],
          file,
          frame,
          direct: false,
        },
      ];
    case "cache":
    case "memo":
    case "forwardRef":
    case "useCallback":
    case "observer":
    case "enhance":
    case "withAccelerate":
      return given();
    case "createContext":
      return [{ is: "context", type: call.type ?? null, initial: first, file }];
    case "useContext":
    case "use":
      return given().flatMap((known) => contextValue(evaluation, known));
    case "singleton":
    case "remember":
      return args[1] ? made(evaluation, evaluation.thunk(args[1])) : [];
    default:
      return undefined;
  }
}

/** What a function gives, or a value as it is. */
function made(evaluation: Evaluation, known: readonly Known[]): Known[] {
  return known.flatMap((each) => (each.is === "function" ? callFunction(evaluation, each, []) : [each]));
}

/** `const [client] = useState(() => createClient())`: the first of two. */
function holding(
  evaluation: Evaluation,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
  frame: Frame | undefined,
): Known {
  const first = args[0];
  const functions = first ? evaluation.thunk(first).filter((each) => each.is === "function") : [];
  const only = functions[0];
  const returns = only?.file.functions[only.index]?.returns;
  const thunk: Thunk =
    only && returns
      ? { value: { is: "any", of: returns }, file: only.file, frame: only.frame }
      : {
          value: call.type
            ? { is: "typed", of: first?.value ?? null, type: call.type }
            : (first?.value ?? null),
          file,
          frame,
        };
  return { is: "array", items: [thunk], direct: false };
}

function contextValue(evaluation: Evaluation, known: Known): Known[] {
  if (known.is !== "context") return [];
  const typed = evaluation.type(known.type, known.file, undefined);
  return typed.length || !known.initial ? typed : evaluation.thunk(known.initial);
}
