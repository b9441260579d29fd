import type { SourceText } from "../../text/source-text.ts";
import type { Place, Span } from "../../text/span.ts";
import { readPrisma } from "./read.ts";
import type { PrismaSource } from "./schema.ts";

/** What Prisma's own parser says of a schema. */
export interface PrismaProblem extends Place {
  readonly message: string;
  readonly severity: "error" | "warning";
}

/**
 * Checks the files of one schema together with Prisma's own parser, which knows what the tolerant reader does not:
 * types that do not exist, relations without a back side, attributes in the wrong place. Slow beside the reader
 * (3 MB of WebAssembly at the first call), so it is loaded when first asked. Problems come ordered by file and
 * place; what depends only on Prisma's major version (`url` in the datasource, preview features) is left out.
 */
export async function validatePrisma(files: readonly SourceText[]): Promise<readonly PrismaProblem[]> {
  const first = files[0];
  if (!first) return [];
  const { default: engine } = await import("@prisma/prisma-schema-wasm");
  const versionBound = new Map(files.map((file) => [file.path, findVersionBound(readPrisma(file))]));
  try {
    const answer = engine.lint(JSON.stringify(files.map(({ path, text }) => [path, text])));
    const diagnostics: readonly Diagnostic[] = JSON.parse(answer);
    return diagnostics
      .map(toProblem)
      .filter(({ path, span }) => !versionBound.get(path)?.some((each) => sameSetting(span, each)))
      .sort((a, b) => a.path.localeCompare(b.path, "en") || a.span.start - b.span.start);
  } catch (error) {
    const message = `Prisma's parser could not check this schema: ${error instanceof Error ? error.message : error}.`;
    return [{ path: first.path, span: { start: 0, end: 0 }, message, severity: "warning" }];
  }
}

/**
 * Formats one file as `prisma format` does, line ends kept as they are. Gives the text back unchanged where Prisma
 * cannot format it.
 */
export async function formatPrisma(text: string): Promise<string> {
  const { default: engine } = await import("@prisma/prisma-schema-wasm");
  try {
    const schemas = JSON.stringify([["schema.prisma", text]]);
    const [file]: readonly (readonly [string, string])[] = JSON.parse(engine.format(schemas, FORMATTING));
    if (!file) return text;
    return text.includes("\r\n") ? file[1].replace(/\r?\n/g, "\r\n") : file[1];
  } catch {
    // The engine ends on a schema it cannot read; there is nothing to format then.
    return text;
  }
}

/** The request of an editor, of which the engine uses the options alone. */
const FORMATTING = JSON.stringify({
  textDocument: { uri: "file:/schema.prisma" },
  options: { tabSize: 2, insertSpaces: true },
});

interface Diagnostic {
  readonly file_name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly is_warning: boolean;
}

const toProblem = ({ file_name, start, end, text, is_warning }: Diagnostic): PrismaProblem => ({
  path: file_name,
  span: { start, end },
  message: text,
  severity: is_warning ? "warning" : "error",
});

const URLS = ["url", "directUrl", "shadowDatabaseUrl"];

/** Values that one major version of Prisma demands or knows and another refuses. */
function findVersionBound(source: PrismaSource): Span[] {
  const urls = source.datasources.flatMap(({ valueSpans }) => URLS.map((key) => valueSpans[key]));
  const features = source.generators.map(({ valueSpans }) => valueSpans.previewFeatures);
  return [...urls, ...features].filter((span) => span !== undefined);
}

/** The engine marks the value or the whole setting, which ends where its value does. */
const sameSetting = (problem: Span, value: Span): boolean =>
  problem.end === value.end && problem.start <= value.start;
