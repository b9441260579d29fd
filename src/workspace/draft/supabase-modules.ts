/** How a client finds its project: names of variables, and the expression that reads one. */
export interface Access {
  readonly url: string;
  readonly key: string;
  read(name: string): string;
}

/** The client of code in browsers; the library makes one for all who ask. */
export function browserModule({ url, key, read }: Access, database: string | undefined): string {
  return `import { createBrowserClient } from "@supabase/ssr";
${database ? `${database}\n` : ""}
/** The client of code that runs in browsers: as its visitor, whom policies bind. */
export function createClient() {
  return createBrowserClient${database ? "<Database>" : ""}(
    ${read(url)},
    ${read(key)},
  );
}
`;
}

/** The one client of an application without a server's part. */
export function plainModule({ url, key, read }: Access, database: string | undefined): string {
  return `import { createClient } from "@supabase/supabase-js";
${database ? `${database}\n` : ""}
/** The one client: each further one would refresh the same session against it. */
export const supabase = createClient${database ? "<Database>" : ""}(
  ${read(url)},
  ${read(key)},
);
`;
}

/** The client of code that runs on a Next.js server, with the session from the cookies of the request at hand. */
export function serverModule(
  { url, key, read }: Access,
  database: string | undefined,
  ssr: string,
  next: string,
): string {
  const wait = major(next) >= 15 ? "await " : "";
  return `import ${isOld(ssr) ? "{ type CookieOptions, createServerClient }" : "{ createServerClient }"} from "@supabase/ssr";
import { cookies } from "next/headers";
${database ? `${database}\n` : ""}
/** The client of code that runs on the server, for one request: as who sent it, whom policies bind. */
export async function createClient() {
  const store = ${wait}cookies();
  return createServerClient${database ? "<Database>" : ""}(
    ${read(url)},
    ${read(key)},
    {
      cookies: {
${isOld(ssr) ? ONE_BY_ONE : ALL}
      },
    },
  );
}
`;
}

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
