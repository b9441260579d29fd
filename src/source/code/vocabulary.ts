/** The words that make an expression worth keeping. What receives them is settled when files are linked. */

export const PRISMA_METHODS: ReadonlySet<string> = new Set([
  "findUnique",
  "findUniqueOrThrow",
  "findFirst",
  "findFirstOrThrow",
  "findMany",
  "create",
  "createMany",
  "createManyAndReturn",
  "update",
  "updateMany",
  "updateManyAndReturn",
  "upsert",
  "delete",
  "deleteMany",
  "count",
  "aggregate",
  "groupBy",
]);

/** Methods of Prisma clients alone: they tell a client from a Map even where it has another name here. */
export const PRISMA_ONLY: ReadonlySet<string> = new Set([
  "findUnique",
  "findUniqueOrThrow",
  "findFirst",
  "findFirstOrThrow",
  "findMany",
  "createMany",
  "createManyAndReturn",
  "updateMany",
  "updateManyAndReturn",
  "upsert",
  "deleteMany",
  "groupBy",
]);

export const RAW_SQL: ReadonlySet<string> = new Set([
  "$queryRaw",
  "$executeRaw",
  "$queryRawUnsafe",
  "$executeRawUnsafe",
  "$queryRawTyped",
]);

/** Starts of a Supabase chain. */
export const STARTS: ReadonlySet<string> = new Set(["from", "rpc", "channel", "on", "createBucket"]);

/** Packages that map tables or build queries, beside Prisma. */
export const ORM_PACKAGES =
  /^(drizzle-orm|typeorm|@nestjs\/typeorm|sequelize|sequelize-typescript|knex|kysely|@mikro-orm)(\/|$)/;

/** Methods of other ORMs and query builders that nothing else has. */
export const ORM_ONLY: ReadonlySet<string> = new Set([
  "selectFrom",
  "insertInto",
  "updateTable",
  "deleteFrom",
  "selectDistinct",
  "selectDistinctOn",
  "createQueryBuilder",
  "findAndCount",
  "findAndCountBy",
  "findOneBy",
  "findOneByOrFail",
  "findOneOrFail",
  "countBy",
  "softDelete",
  "findAll",
  "findByPk",
  "findOrCreate",
  "findAndCountAll",
  "bulkCreate",
  "nativeInsert",
  "nativeUpdate",
  "nativeDelete",
  "persistAndFlush",
  "removeAndFlush",
]);

/** All methods by which they start a query. Most of these names are everybody's. */
export const ORM_METHODS: ReadonlySet<string> = new Set([
  ...ORM_ONLY,
  "select",
  "insert",
  "update",
  "delete",
  "execute",
  "$count",
  "from",
  "where",
  "into",
  "raw",
  "find",
  "findOne",
  "findBy",
  "findMany",
  "findFirst",
  "count",
  "exists",
  "save",
  "remove",
  "upsert",
  "create",
  "destroy",
  "increment",
  "decrement",
]);

/** What their clients are usually called. */
export const ORM_CLIENT =
  /^(db|tx|trx|em|orm|knex|kysely|drizzle|database|dataSource|manager)$|repo(sitory)?$/i;

/** Comparisons whose first argument is a column. */
export const FILTERS: ReadonlySet<string> = new Set([
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "likeAllOf",
  "likeAnyOf",
  "ilikeAllOf",
  "ilikeAnyOf",
  "is",
  "in",
  "contains",
  "containedBy",
  "rangeGt",
  "rangeGte",
  "rangeLt",
  "rangeLte",
  "rangeAdjacent",
  "overlaps",
  "textSearch",
  "filter",
  "not",
]);

/** What goes on with a query or channel that a variable holds. */
export const CONTINUATIONS: ReadonlySet<string> = new Set([
  ...FILTERS,
  "match",
  "or",
  "order",
  "select",
  "insert",
  "update",
  "upsert",
  "delete",
  "send",
  "track",
]);

export const SUPABASE_FACTORIES: ReadonlySet<string> = new Set([
  "createClient",
  "createBrowserClient",
  "createServerClient",
  "createClientComponentClient",
  "createServerComponentClient",
  "createRouteHandlerClient",
  "createServerActionClient",
  "createMiddlewareClient",
  "createPagesBrowserClient",
  "createPagesServerClient",
  "createBrowserSupabaseClient",
  "createServerSupabaseClient",
  "createMiddlewareSupabaseClient",
  "useSupabaseClient",
  "serverSupabaseClient",
  "serverSupabaseServiceRole",
]);

interface ArgumentPolicy {
  readonly count: number;
  readonly keysOnly?: true;
  /** Nothing but a name is kept: `delete(invoices)`. */
  readonly nameOnly?: true;
}

/** How many arguments of a method are kept; all of them where it is not listed. */
export const ARGUMENTS: ReadonlyMap<string, ArgumentPolicy> = new Map<string, ArgumentPolicy>([
  ...[...FILTERS].map((each) => [each, { count: 1 }] as const),
  ...[...PRISMA_METHODS].map((each) => [each, { count: 0 }] as const),
  ...["then", "catch", "finally", "limit", "range", "single", "maybeSingle", "subscribe", "throwOnError"].map(
    (each) => [each, { count: 0 }] as const,
  ),
  ["select", { count: 1 }],
  ["insert", { count: 1, keysOnly: true }],
  ["update", { count: 1, keysOnly: true }],
  ["upsert", { count: 2, keysOnly: true }],
  ["delete", { count: 1, nameOnly: true }],
  ["match", { count: 1, keysOnly: true }],
  ["order", { count: 2 }],
  ["or", { count: 2 }],
  ["rpc", { count: 1 }],
  ["on", { count: 2 }],
  ["$extends", { count: 0 }],
  ["$transaction", { count: 0 }],
]);

/** Functions that keep what their callback gives. */
export const MEMOISING =
  /^(singleton|remember|once|memo|memoize|memoise|lazy|cached?|createSingleton|globalSingleton|useMemo|useState)$/i;

/** Packages whose exports are, or make, clients. */
export const CLIENT_PACKAGES =
  /^(@supabase\/|pg$|pg\/|postgres$|drizzle-orm\/|knex$|@neondatabase\/serverless|@vercel\/postgres|sequelize|typeorm|kysely|@prisma\/|#supabase\/|@nuxtjs\/supabase)/;

/** Packages whose functions never lead back into the project. */
export const FOREIGN =
  /^(node:|react$|react-dom|react\/|next($|\/)|zod$|lodash|clsx|tailwind-merge|class-variance-authority|date-fns|dayjs|lucide-react|@radix-ui\/|framer-motion|sonner|axios$|fs$|path$|crypto$|@testing-library|vitest|@playwright|i18next|react-i18next|next-intl|@lingui\/|@tanstack\/|react-hook-form|@hookform\/|ts-pattern|vue$|svelte|valibot$|yup$|luxon|uuid$|nanoid|superjson)/;

/** Functions of such packages that hand through what they are given. */
export const TRANSPARENT: ReadonlySet<string> = new Set([
  "useMemo",
  "useState",
  "useRef",
  "useCallback",
  "useContext",
  "createContext",
  "cache",
  "memo",
  "forwardRef",
  "inject",
  "ref",
  "shallowRef",
  "computed",
  "getContext",
  "setContext",
  "default",
]);

/** Names that usually hold a client, a table's name or the like. */
export const TELLING =
  /prisma|supabase|^db|db$|database|client|^tx$|^trx$|conn|pool|^sql$|table|model|channel|column|filter|schema|bucket|event|^ctx$|context|adapter|url$|private|config/i;

export const isUpper = (text: string): boolean =>
  /^[A-Z][A-Z0-9_]+$/.test(text) || /^[A-Z]\w*(Table|Name|Column|Model)s?$/.test(text);

/** Names come again and again: each is tested once. */
export const isTelling = remembered((name) => TELLING.test(name) || isUpper(name));

export function remembered(test: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    let answer = known.get(name);
    if (answer === undefined) {
      answer = test(name);
      if (known.size > 20_000) known.clear();
      known.set(name, answer);
    }
    return answer;
  };
}
