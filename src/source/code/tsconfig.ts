import { parse } from "jsonc-parser";
import type { SourceText } from "../../text/source-text.ts";

/** What a `tsconfig.json` or `jsconfig.json` says of module names. */
export interface TsconfigFacts {
  readonly path: string;
  /** Relative to the file; `extends` of packages are left out. */
  readonly extends?: readonly string[];
  readonly baseUrl?: string;
  readonly paths?: Readonly<Record<string, readonly string[]>>;
}

/** Reads a tsconfig with its comments and trailing commas. Never throws. */
export function readTsconfig(source: SourceText): TsconfigFacts {
  const root: unknown = parse(source.text, [], { allowTrailingComma: true });
  const options = objectOf(objectOf(root).compilerOptions);
  const bases = [objectOf(root).extends]
    .flat()
    .filter((each) => typeof each === "string" && each.startsWith("."));
  const paths = Object.entries(objectOf(options.paths)).map(
    ([pattern, targets]) => [pattern, [targets].flat().filter((each) => typeof each === "string")] as const,
  );
  return {
    path: source.path,
    ...(bases.length && { extends: bases as string[] }),
    ...(typeof options.baseUrl === "string" && { baseUrl: options.baseUrl }),
    ...(paths.length && { paths: Object.fromEntries(paths) as Record<string, string[]> }),
  };
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
