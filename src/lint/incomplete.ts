import type { Report, SourceNote } from "./report.ts";

/** Why a report is not the whole of what was asked for, one sentence each; `prefix` stands before its paths. */
export function whyIncomplete(report: Report, prefix: string): string[] {
  if (!report.incomplete) return [];
  const { root, sources } = report;
  return [
    ...whyLess(report, prefix),
    ...(sources.some(({ read }) => read) ? [] : [nothingIn(root, sources)]),
  ];
}

/** The same of a workspace that may well be without a database. */
export const whyLess = (
  { unread, failures = [], misconfigured }: Pick<Report, "unread" | "failures" | "misconfigured">,
  prefix = "",
): string[] => [
  ...withoutFiles(unread, prefix),
  ...failures.map(
    ({ rule, message }) =>
      `The rule ${rule} failed by a mistake of its own (${message}); the other rules ran. Please report it.`,
  ),
  ...(misconfigured ? [mistakes("the findings name")] : []),
];

export const mistakes = (named: string): string =>
  `The configuration has mistakes, which ${named}; what could not be used counts as not written.`;

/** More of them are counted. */
const SHOWN = 3;

/** At most one sentence; `unread` are files that could not be read. */
export function withoutFiles(unread: readonly SourceNote[], prefix = ""): string[] {
  if (!unread.length) return [];
  const named = unread.slice(0, SHOWN).map(({ path, why }) => `${prefix}${path} (${why})`);
  const rest = unread.length - named.length;
  const more = rest ? ` and ${rest} more, which \`rowguard check --verbose\` lists` : "";
  return [
    `This is without what could not be read: ${named.join(", ")}${more}; ` +
      'what the database does not need can be named under "exclude" in rowguard.config.json.',
  ];
}

function nothingIn(root: string, sources: readonly SourceNote[]): string {
  const none = `There is nothing to check in ${root}: no schema.prisma, no migrations and no other SQL`;
  return sources.length
    ? `${none} of PostgreSQL was found; \`rowguard check --verbose\` says what was left alone, and why.`
    : `${none} was found; name the folder that holds them, as in \`rowguard check path/to/project\`.`;
}
