import { parseTree } from "../sql/grammar.ts";
import type { SqlFact } from "./facts.ts";

type Setting = SqlFact["settings"][number];

/**
 * Settings that SQL text makes: `set_config('app.tenant', $1, true)`, `SET LOCAL app.tenant = 'x'`.
 * `holes` are the constant values of `$1`, `$2` ... where known.
 */
export function findSettings(text: string, holes: readonly (string | undefined)[]): Setting[] {
  if (!/set_config|\bset\b/i.test(text)) return [];
  const found: Setting[] = [];
  collect(parse(text), holes, found);
  return found;
}

/** SET takes no parameters: there a placeholder stands for text. */
function parse(text: string): unknown {
  const parsed = parseTree(text);
  if ("statements" in parsed) return parsed.statements;
  const quoted = parseTree(text.replace(/\$\d+/g, (hole) => `'${hole}'`));
  return "statements" in quoted ? quoted.statements : [];
}

type Tree = Readonly<Record<string, unknown>>;

function collect(node: unknown, holes: readonly (string | undefined)[], found: Setting[]): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) collect(each, holes, found);
    return;
  }
  const tree = node as Tree;
  const setting =
    readSet(tree.VariableSetStmt as Tree | undefined) ?? readCall(tree.FuncCall as Tree | undefined, holes);
  if (setting) found.push(setting);
  for (const each of Object.values(tree)) collect(each, holes, found);
}

function readSet(node: Tree | undefined): Setting | undefined {
  if (node?.kind !== "VAR_SET_VALUE" || typeof node.name !== "string") return undefined;
  return { setting: node.name, local: node.is_local === true };
}

function readCall(node: Tree | undefined, holes: readonly (string | undefined)[]): Setting | undefined {
  const names = (node?.funcname as Tree[] | undefined)?.map(
    (each) => (each.String as Tree | undefined)?.sval,
  );
  if (names?.at(-1) !== "set_config") return undefined;
  const [name, , local] = (node!.args as Tree[] | undefined) ?? [];
  const setting = textOf(name, holes);
  return setting === undefined ? undefined : { setting, local: flagOf(local) };
}

function textOf(node: Tree | undefined, holes: readonly (string | undefined)[]): string | undefined {
  const param = node?.ParamRef as Tree | undefined;
  if (param) return holes[Number(param.number ?? 0) - 1];
  const constant = node?.A_Const as Tree | undefined;
  const text = (constant?.sval as Tree | undefined)?.sval;
  return typeof text === "string" ? text : undefined;
}

function flagOf(node: Tree | undefined): boolean | undefined {
  const constant = node?.A_Const as Tree | undefined;
  if (!constant || !("boolval" in constant)) return undefined;
  return (constant.boolval as Tree).boolval === true;
}
