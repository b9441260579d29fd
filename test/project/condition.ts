import assert from "node:assert/strict";
import type { Func } from "../../src/catalog/catalog.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import type { Project } from "../../src/project/project.ts";
import type { Expr } from "../../src/source/sql/expression.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { readSql } from "../../src/source/sql/read.ts";

/** Reads a condition as a policy would state it. */
export async function readCondition(text: string): Promise<Expr> {
  await loadGrammar();
  const [statement] = readSql({ path: "x.sql", text: `create policy p on t using (${text});` }).statements;
  assert(statement?.kind === "create-policy" && statement.using, `No condition: ${text}`);
  return statement.using.expr;
}

/** A Supabase project whose sources make functions of these names, and nothing else. */
export function projectWithFunctions(...names: readonly string[]): Project {
  const func = (name: string) => [{ name, platform: name.startsWith("auth.") } as unknown as Func];
  const all = [...supabase.callerFunctions, ...names];
  return {
    platform: supabase,
    catalog: { functions: new Map(all.map((name) => [name, func(name)])), searchPath: ["public"] },
  } as unknown as Project;
}
