import { PLATFORMS } from "../../src/project/platform/choose.ts";
import type { Finding } from "../../src/text/finding.ts";
import { STYLES } from "../defects/styles.ts";
import { ORIGINAL, type Verdict } from "../defects/suite.ts";
import { type Advice, advise } from "./advisor.ts";
import { Host, Session } from "./host.ts";

/** Advisors that say that rows can be reached which should not be; the others speak of speed and of hygiene. */
const ABOUT_LEAKS: ReadonlySet<string> = new Set([
  "auth_users_exposed",
  "foreign_table_in_api",
  "materialized_view_in_api",
  "policy_exists_rls_disabled",
  "rls_disabled_in_public",
  "rls_policy_always_true",
  "rls_references_user_metadata",
  "security_definer_view",
  "sensitive_columns_exposed",
]);

/** How many schemas share a database: the advisors' queries take longer by far than in proportion to what stands there. */
const TOGETHER = 60;

/**
 * The same mutants as the advisors see them: every one in a schema of its own, all that the API exposes. What they say
 * of the original of a style as well is not said of a mutant.
 */
export async function adviseOnMutants(program: string, verdicts: readonly Verdict[]): Promise<Verdict[]> {
  const advised = new Map<Verdict, readonly Advice[]>();
  for (const platform of PLATFORMS) {
    const here = verdicts.filter(({ style }) => styleNamed(style).platform === platform.id);
    const host = await Host.start(platform);
    if (!host) throw new Error("No PostgreSQL server can run here.");
    try {
      for (let from = 0; from < here.length; from += TOGETHER) {
        const some = here.slice(from, from + TOGETHER);
        for (const [verdict, advices] of await adviseOn(program, host, some)) advised.set(verdict, advices);
      }
    } finally {
      await host.stop();
    }
  }
  return verdicts.map((verdict) => {
    const original = verdicts.find(({ style, operator }) => operator === ORIGINAL && style === verdict.style);
    const usual = new Set((advised.get(original!) ?? []).map(nameOf));
    const news = advised.get(verdict)!.filter((each) => verdict === original || !usual.has(nameOf(each)));
    return { ...verdict, findings: news.map(findingOf) };
  });
}

async function adviseOn(
  program: string,
  host: Host,
  some: readonly Verdict[],
): Promise<(readonly [Verdict, readonly Advice[]])[]> {
  const url = await host.create(some.map((_, index) => schemaOf(index)));
  try {
    await load(url, some);
    const advices = advise(program, url).filter(({ lint }) => ABOUT_LEAKS.has(lint));
    const within = (schema: string) => advices.filter(({ object }) => object.startsWith(`${schema}.`));
    return some.map((verdict, index) => [verdict, within(schemaOf(index))] as const);
  } finally {
    await host.drop(url);
  }
}

const styleNamed = (name: string) => STYLES.find((style) => style.name === name)!;
const schemaOf = (index: number): string => `mutant_${index}`;
const nameOf = ({ lint, object }: Advice): string => `${lint} ${object.replace(/^\w+\./, "")}`;

async function load(url: string, verdicts: readonly Verdict[]): Promise<void> {
  const session = await Session.open(url);
  try {
    for (const [index, { style, sql }] of verdicts.entries())
      await session.run(
        inSchema(schemaOf(index), `${styleNamed(style).schema}\n${sql}`, styleNamed(style).platform),
      );
  } finally {
    await session.close();
  }
}

/** Roles are made once; everything else stands in the schema in place of `public`. */
function inSchema(schema: string, sql: string, platform: string): string {
  const own = sql.replaceAll(/\bpublic(?=\.|, pg_temp)/g, schema).replace(
    /create role (\w+) login;/,
    (made, role) => `
    do $role$ begin if not exists (select from pg_roles where rolname = '${role}') then ${made} end if; end $role$;`,
  );
  const clients = platform === "supabase" ? "anon, authenticated, service_role" : undefined;
  const grants = clients
    ? `grant usage on schema ${schema} to ${clients};
       alter default privileges for role postgres in schema ${schema} grant all on tables to ${clients};
       alter default privileges for role postgres in schema ${schema} grant execute on functions to ${clients};
       set role postgres;`
    : "";
  return `begin; create schema ${schema}; ${clients ? `grant all on schema ${schema} to postgres;` : ""} ${grants}
    set local search_path = ${schema}, extensions; ${own}; commit; reset role;`;
}

const findingOf = ({ lint, object, text }: Advice): Finding => ({
  rule: lint,
  category: "splinter",
  severity: "warning",
  subject: object,
  message: text,
  at: { path: "", span: { start: 0, end: 0 } },
});
