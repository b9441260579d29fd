import type ts from "typescript";
import { loadGrammar } from "../sql/grammar.ts";

export type TypeScript = typeof ts;

let loaded: TypeScript | undefined;

/** Loads the parsers that `readCode` needs. Slow the first time, so a run that finds all facts in its cache never calls it. */
export async function loadTypeScript(): Promise<void> {
  if (loaded) return;
  const [module] = await Promise.all([import("typescript"), loadGrammar()]);
  loaded = module.default;
}

export function typescript(): TypeScript {
  if (!loaded) throw new Error("TypeScript is not loaded: await loadTypeScript() first.");
  return loaded;
}
