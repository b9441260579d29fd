import type { Known, SupabaseKind } from "./known.ts";
import { packageOf } from "./resolve.ts";

/** What is known of packages: which of their exports are clients, make clients, or hand values through. */

export interface SupabaseFactory {
  readonly client: SupabaseKind;
  /** Which arguments are the URL and the key, where they are arguments of their own. */
  readonly url?: number;
  readonly key?: number;
}

const POSITIONAL = { url: 0, key: 1 };

const SUPABASE_FACTORIES: Readonly<Record<string, Readonly<Record<string, SupabaseFactory>>>> = {
  "@supabase/supabase-js": { createClient: { client: "plain", ...POSITIONAL } },
  "@supabase/ssr": {
    createBrowserClient: { client: "browser", ...POSITIONAL },
    createServerClient: { client: "server", ...POSITIONAL },
  },
  "@supabase/auth-helpers-nextjs": {
    createClientComponentClient: { client: "browser" },
    createPagesBrowserClient: { client: "browser" },
    createBrowserSupabaseClient: { client: "browser" },
    createServerComponentClient: { client: "server" },
    createRouteHandlerClient: { client: "server" },
    createServerActionClient: { client: "server" },
    createMiddlewareClient: { client: "server" },
    createPagesServerClient: { client: "server" },
    createServerSupabaseClient: { client: "server" },
    createMiddlewareSupabaseClient: { client: "server" },
    createBrowserClient: { client: "browser", ...POSITIONAL },
    createServerClient: { client: "server", ...POSITIONAL },
  },
  "@supabase/auth-helpers-remix": {
    createBrowserClient: { client: "browser", ...POSITIONAL },
    createServerClient: { client: "server", ...POSITIONAL },
  },
  "@supabase/auth-helpers-sveltekit": {
    createSupabaseLoadClient: { client: "browser" },
    createSupabaseServerClient: { client: "server" },
    createClient: { client: "browser", ...POSITIONAL },
  },
  "@supabase/auth-helpers-shared": { createBrowserSupabaseClient: { client: "browser" } },
  "@supabase/auth-helpers-react": { useSupabaseClient: { client: "browser" } },
  "#supabase/server": {
    serverSupabaseClient: { client: "server" },
    serverSupabaseServiceRole: { client: "service" },
  },
};

/** Nuxt's module gives its composables without an import. */
const GLOBAL_FACTORIES: Readonly<Record<string, SupabaseFactory>> = {
  useSupabaseClient: { client: "browser" },
  serverSupabaseClient: { client: "server" },
  serverSupabaseServiceRole: { client: "service" },
};

export function findSupabaseFactory(known: Known): SupabaseFactory | undefined {
  if (known.is !== "package") return undefined;
  if (known.specifier === "") return own(GLOBAL_FACTORIES, known.name);
  const factories =
    own(SUPABASE_FACTORIES, known.specifier) ?? own(SUPABASE_FACTORIES, packageOf(known.specifier));
  return factories && own(factories, known.name);
}

const MIKRO = ["EntityManager", "EntityRepository", "SqlEntityManager"];

const SQL_PACKAGES: Readonly<
  Record<string, { readonly library: string; readonly names?: readonly string[] }>
> = {
  pg: { library: "pg", names: ["Pool", "Client", "PoolClient", "ClientBase", "default"] },
  postgres: { library: "postgres" },
  "@neondatabase/serverless": { library: "neon", names: ["neon", "Pool", "Client", "PoolClient"] },
  "@vercel/postgres": { library: "@vercel/postgres", names: ["sql", "db", "createPool", "createClient"] },
  slonik: { library: "slonik", names: ["createPool"] },
  knex: { library: "knex" },
  sequelize: { library: "sequelize", names: ["Sequelize"] },
  typeorm: { library: "typeorm", names: ["DataSource", "EntityManager", "Repository"] },
  kysely: { library: "kysely", names: ["Kysely", "Transaction"] },
  "@mikro-orm/core": { library: "@mikro-orm/core", names: MIKRO },
  "@mikro-orm/postgresql": { library: "@mikro-orm/core", names: MIKRO },
};

const ORMS: ReadonlySet<string> = new Set([
  "drizzle-orm",
  "knex",
  "sequelize",
  "typeorm",
  "kysely",
  "@mikro-orm/core",
]);

/** True for libraries that build queries from methods. */
export const isOrm = (library: string): boolean => ORMS.has(library);

/** The library whose models a class of the project extends: `class Task extends Model`. */
export function modelLibrary(known: Known): string | undefined {
  if (known.is !== "package") return undefined;
  const name = packageOf(known.specifier);
  if (/^sequelize(-typescript)?$/.test(name) && known.name === "Model") return "sequelize";
  return name === "typeorm" && known.name === "BaseEntity" ? name : undefined;
}

/** The library, where a package's export is, or makes, a connection that takes SQL. */
export function findSqlLibrary(known: Known): string | undefined {
  if (known.is !== "package") return undefined;
  const name = packageOf(known.specifier);
  if (name === "drizzle-orm") return known.name === "drizzle" ? name : undefined;
  const found = own(SQL_PACKAGES, name);
  if (!found) return undefined;
  return !found.names || found.names.includes(known.name) ? found.library : undefined;
}

export const isPrismaPackage = (specifier: string): boolean =>
  /^(@prisma\/client|\.prisma\/client)(\/|$)/.test(specifier);

/** An export of something that is no file of the project. */
export function knownExport(specifier: string, name: string): Known {
  if (name === "PrismaClient" || (name === "PrismaService" && packageOf(specifier) === "nestjs-prisma"))
    return { is: "prisma-class", module: specifier };
  if (
    name === "Prisma" &&
    (isPrismaPackage(specifier) || /prisma|generated/i.test(specifier) || specifier.startsWith("."))
  )
    return { is: "prisma-namespace" };
  return { is: "package", specifier, name };
}

/** What a value of a package's class or type is. */
export function instanceOf(known: Known): Known | undefined {
  switch (known.is) {
    case "prisma-class":
      return { is: "prisma", transaction: false };
    case "class":
      return { is: "instance", file: known.file, index: known.index, args: undefined };
    case "package":
      return packageInstance(known);
    case "prisma":
    case "supabase":
    case "shape":
    case "instance":
    case "sql":
    case "channel":
      return known;
    default:
      return undefined;
  }
}

function packageInstance(known: Known & { is: "package" }): Known | undefined {
  const name = packageOf(known.specifier);
  if (known.name === "SupabaseClient" && /supabase/.test(name))
    return { is: "supabase", client: undefined, schema: undefined };
  if (known.name === "RealtimeChannel" && /supabase/.test(name))
    return { is: "channel", draft: undefined, file: undefined as never };
  const library = findSqlLibrary(known);
  if (library) return { is: "sql", library };
  if (name === "drizzle-orm" && /(Database|Transaction)$/.test(known.name))
    return { is: "sql", library: name };
  return name === "postgres" || (name === "@neondatabase/serverless" && /^Neon/.test(known.name))
    ? { is: "sql", library: name }
    : undefined;
}

/** Packages that rules ask about; others are no usage. */
const WATCHED =
  /^(drizzle-orm|drizzle-zod|drizzle-kit|typeorm|@nestjs\/typeorm|sequelize|sequelize-typescript|@sequelize\/core|knex|objection|kysely|prisma-kysely|@mikro-orm\/[\w-]+|mikro-orm|@prisma\/[\w-]+|@supabase\/[\w-]+|pg|postgres|@neondatabase\/serverless|@vercel\/postgres|slonik|zod|valibot|envalid|arktype|joi|yup|@t3-oss\/[\w-]+)$/;

export const isWatched = (name: string): boolean => WATCHED.test(name);

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
