import { applicationOf } from "../../project/application.ts";
import { draftSupabase } from "../../project/drafts.ts";
import type { Project } from "../../project/project.ts";
import { supabaseModules } from "../../project/supabase-modules.ts";
import type { Usage } from "../../project/usage.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

type Import = Extract<Usage, { kind: "import" }>;

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "The application uses Supabase's auth helpers, which nobody maintains any more.",
  why: "`@supabase/auth-helpers-*` gets no fixes, security fixes included, and stores sessions in a way that current clients do not read. `@supabase/ssr` replaces it: `createBrowserClient` in a module for client components, `createServerClient` with the request's cookies in one for the server.",
  *check(project) {
    for (const [name, imports] of deprecatedImports(project)) {
      const files = new Set(imports.map(({ path }) => path)).size;
      const at = dependencyPlaces(project, name);
      const places = imports.map(({ specifier: { path, span } }): Place => ({ path, span }));
      if (!at.length) at.push(places.shift()!);
      for (const place of at)
        yield {
          at: place,
          subject: `package ${name}`,
          message: `${name} is no longer maintained: @supabase/ssr takes its place${files ? ` in ${files === 1 ? "1 file" : `${files} files`}` : ""}.`,
          related: places
            .filter((each) => applicationOf(project, each.path) === applicationOf(project, place.path))
            .slice(0, 50)
            .map((each) => ({ place: each, message: "It is imported here." })),
          ...(imports.length && hasModules(project, applicationOf(project, place.path))
            ? { remedy: draftSupabase(applicationOf(project, place.path)) }
            : {}),
        };
    }
  },
});

const hasModules = (project: Project, application: string): boolean =>
  typeof supabaseModules(project, application) === "object";

const isHelper = (name: string): boolean => name.startsWith("@supabase/auth-helpers-");

/** The imports of each deprecated package, empty for one that is installed only. */
function deprecatedImports(project: Project): Map<string, Import[]> {
  const found = new Map<string, Import[]>();
  for (const { dependencies } of project.packages)
    for (const { name } of dependencies) if (isHelper(name)) found.set(name, []);
  for (const usage of project.usages.get("import") ?? []) {
    if (usage.kind !== "import" || !isHelper(usage.package) || usage.role === "generated") continue;
    found.set(usage.package, [...(found.get(usage.package) ?? []), usage]);
  }
  return found;
}

const dependencyPlaces = (project: Project, name: string): Place[] =>
  project.packages.flatMap(({ path, dependencies }) =>
    dependencies.filter((each) => each.name === name).map(({ nameSpan }) => ({ path, span: nameSpan })),
  );
