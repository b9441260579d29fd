import { Engine } from "../../src/database/embedded/engine.ts";
import { findImage } from "../../src/database/embedded/image.ts";
import { supabase } from "../../src/project/platform/supabase.ts";
import { type Draft, writeDraft } from "./draft.ts";
import type { Style } from "./style.ts";

const A = "a0000000-0000-4000-8000-000000000001";
const B = "b0000000-0000-4000-8000-000000000001";
const C = "c0000000-0000-4000-8000-000000000001";

/** Somebody with his own tenant, if he has one, and the tenant he is after. */
interface Caller {
  readonly name: string;
  readonly tenant: string | undefined;
  readonly other: string;
}

/** Signed in and in no tenant yet; and a token of nobody in particular. */
const NEWCOMER: Caller = { name: "newcomer", tenant: undefined, other: A };
const UNKNOWN: Caller = { name: "unknown", tenant: undefined, other: A };

/** What PostgreSQL says of mutants: which of them hand rows of one tenant to somebody else. */
export class Judge {
  readonly #engine: Engine;
  #style: Style | undefined;

  private constructor(engine: Engine) {
    this.#engine = engine;
  }

  static async start(): Promise<Judge> {
    return new Judge(await Engine.start([], await findImage(supabase)));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** `B deletes from tasks`: the first way in which a caller reaches rows that are not his; empty where there is none. */
  async leaksOf(draft: Draft): Promise<string[]> {
    const { style } = draft;
    if (this.#style !== style) await this.#prepare(style);
    const as = style.platform === "supabase" ? "set local role postgres;" : "";
    try {
      await this.#engine.run(`begin; ${as} ${writeDraft(draft)}; reset role;`);
      const { rows } = await this.#engine.query("select leak from judge.leaks() leak");
      return rows.map(([leak]) => String(leak));
    } finally {
      await this.#engine.run("rollback");
    }
  }

  async #prepare(style: Style): Promise<void> {
    if (this.#style) await this.#engine.run("rollback");
    this.#style = style;
    const owner = style.platform === "supabase" ? "set local role postgres;" : "";
    await this.#engine.run(
      `drop schema public cascade; drop schema if exists judge cascade; drop role if exists app;`,
    );
    await this.#engine.run(`create schema public authorization postgres; grant usage on schema public to public;
      alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
      alter default privileges for role postgres in schema public grant execute on functions to anon, authenticated, service_role;
      begin; ${owner} ${style.schema}; commit;`);
    await this.#engine.run(seedOf(style));
  }
}

/** Two tenants with a member each, who has as many rows as the other. */
function seedOf(style: Style): string {
  const ofUsers = style.column === "owner_id";
  const has = (table: string) => style.schema.includes(`create table ${table} `);
  const rows = [A, B].flatMap((tenant) => [
    `insert into tasks (${style.column}, title, created_by, status) select '${tenant}', title, '${tenant}', status from unnest(array['plan', null]) title, unnest(array['open', 'draft']) status;`,
    `insert into notes (${style.column}, title, created_by) select '${tenant}', title, '${tenant}' from unnest(array['plan', null]) title;`,
    ...(has("profiles")
      ? [`insert into profiles (id, organization_id) values ('${tenant}', '${tenant}');`]
      : []),
    ...(has("memberships")
      ? [`insert into memberships (user_id, organization_id) values ('${tenant}', '${tenant}');`]
      : []),
  ]);
  return `
    delete from auth.users;
    insert into auth.users (id) values ('${A}'), ('${B}');
    ${ofUsers ? "" : `insert into organizations (id) values ('${A}'), ('${B}');`}
    ${has("projects") ? `insert into projects (id, organization_id) values ('${A}', '${A}'), ('${B}', '${B}');` : ""}
    ${rows.join("\n")}
    create schema judge;
    ${writeProbes(style)}`;
}

/** Members say of themselves whatever a client may: user metadata and rows in tables that nothing protects. */
function sessionOf(style: Style, { name, tenant, other }: Caller): string {
  if (style.platform === "postgres")
    return `set local role app; set local app.bypass = 'on'; ${tenant ? `set local app.tenant_id = '${tenant}'; set local app.user_id = '11111111-0000-4000-8000-000000000001';` : ""}`;
  if (name === "newcomer" || name === "unknown") {
    const jwt = { role: "authenticated", ...(name === "newcomer" && { sub: C }), app_metadata: {} };
    return `set local role authenticated; set local request.jwt.claims = '${JSON.stringify(jwt)}';`;
  }
  if (!tenant) return `set local role anon; set local request.jwt.claims = '{"role":"anon"}';`;
  const jwt = {
    sub: tenant,
    role: "authenticated",
    app_metadata: { organization_id: tenant },
    user_metadata: { organization_id: other, user_id: other },
  };
  return `set local role authenticated; set local request.jwt.claims = '${JSON.stringify(jwt)}';`;
}

/** What a member writes about himself first, where he may. */
function baitOf({ schema, name }: Style, tenant: string, other: string): string {
  const statements = [
    ...(name === "membership" ? [`insert into invitations values ('${tenant}', '${other}')`] : []),
    ...(schema.includes("create table profiles ")
      ? [`update profiles set organization_id = '${other}' where id = '${tenant}'`]
      : []),
  ];
  return statements.map((each) => `begin ${each}; exception when others then null; end;`).join(" ");
}

/** Each attempt is undone; what it did is counted as the superuser. */
function writeProbes(style: Style): string {
  const { column } = style;
  const tables = [...style.tables, "open_tasks"];
  const callers: Caller[] = [
    { name: "A", tenant: A, other: B },
    { name: "B", tenant: B, other: A },
    { name: "nobody", tenant: undefined, other: A },
    ...(style.platform === "supabase" ? [NEWCOMER, UNKNOWN] : []),
  ];
  const attempts = callers.flatMap((caller) => {
    const { name, tenant, other } = caller;
    const foreign = tenant ? `${column} <> '${tenant}'` : "true";
    const session = sessionOf(style, caller);
    const bait = tenant ? baitOf(style, tenant, other) : "";
    const of = (does: string, table: string, statement: string, count: string) =>
      writeAttempt(
        `${name} ${does} ${table}`,
        table,
        `${session} ${bait} ${statement}; set local role none; ${count}`,
      );
    const one = tables.flatMap((table) => {
      const all = landing(table);
      const counted = (where: string) => `select count(*) into n from ${all} where ${where}`;
      return [
        writeAttempt(
          `${name} reads ${table}`,
          table,
          `${session} ${bait} select count(*) into n from ${table} where ${foreign}; set local role none`,
        ),
        of("changes", table, `update ${table} set title = 'mine'`, counted(`title = 'mine' and ${foreign}`)),
        ...["'mine'", "null"].flatMap((title) =>
          ["gen_random_uuid()", ...(tenant ? [`'${tenant}'`] : [])].map((id) =>
            of(
              "inserts into",
              table,
              `insert into ${table} (id, ${column}, title, created_by) values (${id}, '${other}', ${title}, ${tenant ? `'${tenant}'` : "null"})`,
              `select count(*) - before into n from ${all} where ${foreign}`,
            ),
          ),
        ),
        of(
          "deletes from",
          table,
          `delete from ${table}`,
          `select (before - count(*)) into n from ${all} where ${foreign}`,
        ),
        ...(tenant
          ? ["'mine'", "null"].flatMap((title) => [
              of(
                "gives away",
                table,
                `update ${table} set ${column} = '${other}', title = ${title}`,
                counted(`created_by = '${tenant}' and ${column} = '${other}'`),
              ),
              writeAttempt(
                `${name} gives away ${table}`,
                table,
                `delete from ${table} where id <> (select id from ${table} where ${column} = '${tenant}' limit 1); ${session} ${bait} update ${table} set id = '${tenant}', ${column} = '${other}', title = ${title}; set local role none; ${counted(`created_by = '${tenant}' and ${column} = '${other}'`)}`,
              ),
              of(
                "takes",
                table,
                `update ${table} set ${column} = '${tenant}', title = ${title}`,
                counted(`created_by <> '${tenant}' and ${column} = '${tenant}'`),
              ),
              writeAttempt(
                `${name} overwrites ${table}`,
                table,
                `select id into found from ${table === "notes" ? table : "tasks"} where ${foreign} limit 1; ${session} ${bait} insert into ${table} (id, ${column}, title, created_by) values (found, '${tenant}', ${title}, '${tenant}') on conflict (id) do update set ${column} = excluded.${column}, title = excluded.title; set local role none; ${counted(`created_by <> '${tenant}' and ${column} = '${tenant}'`)}`,
              ),
            ])
          : []),
      ];
    });
    const joins =
      tenant && style.schema.includes("create table memberships")
        ? [
            of(
              "joins by",
              "memberships",
              `insert into memberships (user_id, organization_id, title) values ('${tenant}', '${other}', 'mine')`,
              `select count(*) into n from memberships where title = 'mine'`,
            ),
          ]
        : [];
    const called = `if to_regprocedure('public.all_tasks()') is not null then begin ${session} select count(*) into n from all_tasks() where ${foreign}; raise exception sqlstate 'JUDGE'; exception when sqlstate 'JUDGE' then if n > 0 then return next '${name} calls all_tasks'; return; end if; when others then null; end; end if;`;
    return [...one, ...joins, called].map((text) => text.replaceAll("FOREIGN", foreign));
  });
  return `create function judge.leaks() returns setof text language plpgsql as $judge$
    declare n bigint; before bigint; found uuid;
    begin ${attempts.join("\n")} end $judge$;`;
}

/** Where rows that are written come to lie: through a view, in the table below. */
const landing = (table: string): string =>
  table === "open_tasks" ? "(table open_tasks union all table tasks) written" : table;

const writeAttempt = (what: string, table: string, body: string): string => `
  n := 0;
  if to_regclass('public.${table}') is not null then
    begin
      ${/before -|- before/.test(body) ? `select count(*) into before from ${landing(table)} where FOREIGN;` : ""}
      ${body};
      raise exception sqlstate 'JUDGE';
    exception when sqlstate 'JUDGE' then if n > 0 then return next '${what}'; return; end if; when others then null;
    end;
  end if;`;
