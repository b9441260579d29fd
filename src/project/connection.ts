import type { ConnectionUrl } from "../source/manifest/manifest.ts";
import type { Place } from "../text/span.ts";
import type { Project } from "./project.ts";

/** An environment variable that holds the URL of a database that the application uses. */
export interface ConnectionVariable {
  readonly name: string;
  readonly url: ConnectionUrl;
  readonly place: Place;
}

/** The sources that say how the application connects. */
export type Connections = Pick<Project, "prisma" | "prismaConfig" | "usages" | "environment">;

/** Variables that the datasource, and clients that code makes, read their URL from, with the values that are known. */
export function connectionVariables(project: Connections): readonly ConnectionVariable[] {
  const names = new Set<string>();
  for (const source of project.prisma)
    for (const { values } of source.datasources) {
      const url = values.url;
      if (typeof url === "object" && "env" in url) names.add(url.env);
    }
  if (project.prismaConfig?.urlVariable) names.add(project.prismaConfig.urlVariable);
  for (const usage of project.usages.get("pg-connection") ?? [])
    if (usage.kind === "pg-connection" && usage.role === "runtime" && usage.url && !usage.url.quote)
      names.add(usage.url.value);
  return [...names].flatMap((name) => known(project, name));
}

const known = (project: Connections, name: string): ConnectionVariable[] =>
  project.environment.flatMap((file) =>
    file.variables.flatMap((each) =>
      each.name === name && each.url
        ? [{ name, url: each.url, place: { path: file.path, span: each.nameSpan } }]
        : [],
    ),
  );
