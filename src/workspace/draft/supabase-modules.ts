import type { SupabaseAccess } from "../../project/supabase-modules.ts";

/** How a client finds its project, and the import of its database's type where there is one. */
export interface Access extends SupabaseAccess {
  readonly database: string | undefined;
}

/** The client of code in browsers; the library makes one for all who ask. */
export function browserModule(access: Access): string {
  return `${importsOf(['import { createBrowserClient } from "@supabase/ssr";'], access)}
/** The client of code that runs in browsers: as its visitor, whom policies bind. */
export function createClient() {
  return createBrowserClient${typeOf(access)}(
    ${read(access, access.url)},
    ${read(access, access.key)},
  );
}
`;
}

/** The one client of an application without a server's part. */
export function plainModule(access: Access): string {
  return `${importsOf(['import { createClient } from "@supabase/supabase-js";'], access)}
/** The one client: each further one would refresh the same session against it. */
export const supabase = createClient${typeOf(access)}(
  ${read(access, access.url)},
  ${read(access, access.key)},
);
`;
}

/** The client of code that runs on a Next.js server, with the session from the cookies of the request at hand. */
export function serverModule(access: Access, ssr: string, next: string): string {
  const wait = major(next) >= 15 ? "await " : "";
  const names = isOld(ssr) ? "type CookieOptions, createServerClient" : "createServerClient";
  const imports = [`import { ${names} } from "@supabase/ssr";`, 'import { cookies } from "next/headers";'];
  return `${importsOf(imports, access)}
/** The client of code that runs on the server, for one request: as who sent it, whom policies bind. */
export async function createClient() {
  const store = ${wait}cookies();
  return createServerClient${typeOf(access)}(
    ${read(access, access.url)},
    ${read(access, access.key)},
    {
      cookies: {
${isOld(ssr) ? ONE_BY_ONE : ALL}
      },
    },
  );
}
`;
}

function importsOf(imports: readonly string[], access: Access): string {
  const { url, key, from, database } = access;
  const variables = isModule(from) ? [`import { ${[key, url].sort().join(", ")} } from "${from}";`] : [];
  return [...variables, ...imports, ...(database ? [database] : []), ""].join("\n");
}

const typeOf = ({ database }: Access): string => (database ? "<Database>" : "");

/** Node's types say that a variable may be missing; those of bundlers do not. */
const read = ({ from }: Access, name: string): string =>
  isModule(from) ? name : from === "process.env" ? `process.env.${name}!` : `${from}.${name}`;

/** A module that exports variables by their names. */
const isModule = (from: string): boolean => from.startsWith("$");

/** Server components cannot set cookies: the middleware refreshes sessions for them. */
const ALL = `        getAll: () => store.getAll(),
        setAll(all) {
          try {
            for (const { name, value, options } of all) store.set(name, value, options);
          } catch {
            // A server component sets no cookies: the middleware refreshes the session.
          }
        },`;

const ONE_BY_ONE = `        get: (name: string) => store.get(name)?.value,
        set(name: string, value: string, options: CookieOptions) {
          try {
            store.set({ name, value, ...options });
          } catch {
            // A server component sets no cookies: the middleware refreshes the session.
          }
        },
        remove(name: string, options: CookieOptions) {
          try {
            store.set({ name, value: "", ...options });
          } catch {
            // As above.
          }
        },`;

const major = (version: string): number => Number(/\d+/.exec(version)?.[0] ?? Number.POSITIVE_INFINITY);

/** Before 0.4 the library asked for cookies one by one. */
const isOld = (version: string): boolean => /^\D*0\.[0-3](\.|$)/.test(version);
