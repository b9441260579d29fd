import type { ConnectionUrl, EnvironmentFile, PrismaConfig } from "../source/manifest/manifest.ts";
import type { PrismaSource } from "../source/prisma/schema.ts";

/** The schema that a Prisma connection names (`?schema=app`): where its tables without `@@schema` are. */
export function connectionSchema(
  prisma: readonly PrismaSource[],
  environment: readonly EnvironmentFile[],
  config: PrismaConfig | undefined,
): string | undefined {
  const url = prisma.flatMap((source) => source.datasources).map(({ values }) => values.url)[0];
  if (typeof url === "string") return schemaOf(url);
  const variable = (url && "env" in url ? url.env : undefined) ?? config?.urlVariable;
  if (!variable) return undefined;
  const urls = environment
    .flatMap((file) => file.variables.filter(({ name }) => name === variable))
    .flatMap((each): ConnectionUrl[] => (each.url ? [each.url] : []));
  const named = new Set(urls.map(({ options }) => options.schema ?? "public"));
  const [only] = named;
  return named.size === 1 && only !== "public" ? only : undefined;
}

/** A URL written out in the schema. */
function schemaOf(url: string): string | undefined {
  const schema = URL.canParse(url) ? new URL(url).searchParams.get("schema") : null;
  return schema && schema !== "public" ? schema : undefined;
}
