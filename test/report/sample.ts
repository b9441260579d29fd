import type { Report } from "../../src/lint/report.ts";
import type { Finding } from "../../src/text/finding.ts";
import type { Place } from "../../src/text/span.ts";

/** Sources with what makes printing hard: tabs, wide characters, a long line, several lines in one span, CRLF. */
export const sampleTexts = new Map([
  [
    "prisma/schema.prisma",
    'model Task {\n  id   String @id\n\ttitle String // 標題 🎉 title\n\n  @@map("tasks")\n}\n',
  ],
  [
    "prisma/migrations/1_init/migration.sql",
    'create table "tasks" (\r\n  "id" text primary key\r\n);\r\n\r\ncreate policy "read all" on "tasks" for select using (true);\r\n',
  ],
  [
    "lib/realtime.ts",
    `${"const padding = 1; ".repeat(20)}channel.on("postgres_changes", { table: "Task" }, refresh);\n`,
  ],
]);

/** The place of the `nth` (from 1) occurrence of `words`. */
export function placeOf(path: string, words: string, nth = 1): Place {
  const text = sampleTexts.get(path) ?? "";
  let start = -1;
  for (let i = 0; i < nth; i++) start = text.indexOf(words, start + 1);
  if (start < 0) throw new Error(`${words} is not in ${path}`);
  return { path, span: { start, end: start + words.length } };
}

export const sampleFindings: readonly Finding[] = [
  {
    rule: "realtime-table-unknown",
    category: "realtime",
    severity: "error",
    subject: "code lib/realtime.ts",
    at: placeOf("lib/realtime.ts", "Task"),
    message: 'The subscription names the table "Task", which does not exist: it is "tasks".',
    related: [
      { place: placeOf("prisma/schema.prisma", "tasks"), message: "The model is mapped to this name." },
    ],
    remedy: {
      kind: "edit",
      title: 'Use "tasks"',
      edits: [{ ...placeOf("lib/realtime.ts", "Task"), text: "tasks" }],
    },
  },
  {
    rule: "policy-always-true",
    category: "predicates",
    severity: "warning",
    subject: "public.tasks/read all",
    at: placeOf("prisma/migrations/1_init/migration.sql", "true"),
    message: 'The policy "read all" lets anon and authenticated read every row of public.tasks.',
    remedy: {
      kind: "statements",
      title: 'Drop the policy "read all"',
      statements: ['drop policy "read all" on "tasks";'],
    },
  },
  {
    rule: "table-without-rls",
    category: "exposure",
    severity: "error",
    subject: "public.tasks",
    at: placeOf("prisma/schema.prisma", "Task"),
    message: "Clients can read and write every row of public.tasks: row-level security is off.",
    related: [
      {
        place: placeOf(
          "prisma/migrations/1_init/migration.sql",
          'create table "tasks" (\r\n  "id" text primary key\r\n)',
        ),
        message: "The table is made here.",
      },
    ],
    remedy: {
      kind: "intent",
      title: "Protect public.tasks with policies",
      intent: { verb: "protect", subject: "public.tasks", command: "rowguard generate public.tasks" },
    },
  },
  {
    rule: "sensitive-column-exposed",
    category: "exposure",
    severity: "info",
    subject: "public.tasks",
    at: placeOf("prisma/schema.prisma", "title", 2),
    message: "A word behind wide characters.",
  },
];

/** A report with every kind of remedy, related places and a suppressed finding. */
export function sampleReport(change: Partial<Report> = {}): Report {
  return {
    root: "/work/shop",
    projects: [],
    findings: sampleFindings,
    suppressed: [
      {
        finding: {
          rule: "policy-without-role",
          category: "predicates",
          severity: "info",
          subject: "public.tasks/read all",
          at: placeOf("prisma/migrations/1_init/migration.sql", '"read all"'),
          message: 'The policy "read all" has no TO.',
        },
        by: "comment",
        reason: "public board",
      },
    ],
    health: {
      total: 61,
      categories: [
        {
          name: "isolation",
          weight: 35,
          objects: 4,
          share: 0.5,
          errors: 2,
          warnings: 0,
          infos: 1,
          accepted: 1,
        },
        { name: "realtime", weight: 10, objects: 1, share: 1, errors: 0, warnings: 0, infos: 0, accepted: 0 },
      ],
    },
    sources: [
      {
        path: "prisma/migrations/1_init/migration.sql",
        what: "Prisma migration",
        read: true,
        why: "1st of the history",
      },
      { path: "clickhouse/1.sql", what: "SQL", read: false, why: "ClickHouse SQL" },
    ],
    unread: [],
    threshold: "warning",
    incomplete: false,
    text: (path) => sampleTexts.get(path),
    ...change,
  };
}
