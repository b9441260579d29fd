import type { Table } from "../catalog/catalog.ts";
import { accessOf } from "../project/access/access.ts";
import type { Audience } from "../project/access/audience.ts";
import type { Project } from "../project/project.ts";
import { keyColumn } from "../project/tenancy/links.ts";
import { keyStem, stem } from "../project/tenancy/vocabulary.ts";
import type { Scope } from "../project/tenancy.ts";
import { type Channel, channelsCalled, messagesOf } from "../project/topics.ts";
import type { Edit } from "../text/edit.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../text/quote.ts";
import { type Caller, whyNoCaller } from "./caller.ts";
import type { Conditions } from "./conditions.ts";
import { keyOf } from "./functions.ts";
import type { PolicyRoles } from "./grants.ts";
import { fitName, wordOf } from "./names.ts";

/** Policies for the topics of a channel, and the edits that make code open it as a private one. */
export interface ProtectedChannel {
  readonly statements: readonly string[];
  readonly edits: readonly Edit[];
}

export interface ChannelWriting {
  readonly project: Project;
  readonly roles: PolicyRoles;
  readonly caller: Caller;
  readonly conditions: Conditions;
}

/**
 * Ties the part of a topic that varies to who asks: to the rows of the table that the word before it names, else to the
 * caller's tenants, or, without tenants, to his own id. A sentence where nothing in the topic says whose it is.
 */
export function protectChannel(topic: string, writing: ChannelWriting): ProtectedChannel | string {
  const { project, roles } = writing;
  const messages = messagesOf(project);
  if (!messages) return `${project.platform.name} has no channels`;
  const tie = tieOf(topic, writing);
  if (typeof tie === "string") return tie;
  const channels = channelsCalled(project, topic);
  const edits = channels.map((channel) => privateEdit(project, channel));
  const open = edits.indexOf(undefined);
  if (open >= 0)
    return `${channels[open]!.path} gives its options from elsewhere: add { config: { private: true } } there first`;
  const extensions = extensionsOf(channels).map(quoteLiteral).join(", ");
  const condition = `extension in (${extensions})\n    and ${tie.condition}`;
  const make = (command: string, clause: string) => {
    const name = fitName(wordOf(topic.replaceAll("*", "")), `_channel_${command}_${tie.audience}`);
    return messages.policies.has(name)
      ? []
      : [
          `create policy ${quoteIdentifier(name)} on ${quoteQualified(messages.schema, messages.name)}\n  for ${command} to ${roles.signedIn.map(quoteIdentifier).join(", ")}\n  ${clause} (${condition});`,
        ];
  };
  return {
    statements: [...make("select", "using"), ...make("insert", "with check")],
    edits: edits.filter((each): each is Edit => typeof each === "object"),
  };
}

/** What code does with channels, as the messages that pass say it. */
export function extensionsOf(channels: readonly Channel[]): readonly string[] {
  const used = [...new Set(channels.flatMap(({ uses }) => uses))].filter((use) => use !== "postgres_changes");
  return (used.length ? used : ["broadcast", "presence"]).sort();
}

interface Tie {
  readonly condition: string;
  /** Who passes, for the policies' names. */
  readonly audience: string;
}

function tieOf(topic: string, writing: ChannelWriting): Tie | string {
  const { project, caller, conditions } = writing;
  const owner = topicOwner(project, topic);
  if (typeof owner === "string") return owner;
  const part = partOf(topic.split("*"), owner.hole);
  if (owner.of === "user") return tieToUser(part, project);
  const why = whyNoCaller(project, "tenant") ?? whyNoCaller(project, "user");
  if (why !== undefined) return why;
  if (owner.of === "tenant")
    return { condition: isAmong(part, caller.tenants(MEMBERS)), audience: MEMBERS.name };
  const { table, column, scope, audience } = owner;
  const call = conditions.rows(table, column, scope, audience);
  if (call === undefined) return `the topic names a row of ${keyOf(table)}, and nothing says whose that is`;
  return { condition: isAmong(part, call), audience: audience.name };
}

const MEMBERS: Audience & { kind: "members" } = { kind: "members", name: "members" };

/** Whose a topic is, by the part of it that stands in one of its holes: the first, from 0 on. */
export type TopicOwner = { readonly hole: number } & (
  | { readonly of: "tenant" }
  | { readonly of: "user" }
  /** Whoever may read a row of the table. */
  | {
      readonly of: "row";
      readonly table: Table;
      readonly column: string;
      readonly scope: Scope;
      readonly audience: Audience;
    }
);

/** Whose a topic is; a sentence where nothing in it says so. */
export function topicOwner(project: Project, topic: string): TopicOwner | string {
  const parts = topic.split("*");
  if (parts.length === 1)
    return `everybody who is signed in would meet in ${topic}: let its topic name whose it is, as in ${topic}:<id>`;
  for (let hole = 0; hole < parts.length - 1; hole++) {
    const owner = ownerNamed(wordBefore(parts[hole]!), hole, project);
    if (owner !== undefined) return owner;
  }
  const { kind } = project.tenancy.style;
  return { of: kind === "personal" || kind === "none" ? "user" : "tenant", hole: 0 };
}

/** The word that says what follows: `room` in `room:`, `room` in `org:acme:room-`. */
const wordBefore = (text: string): string => /([\p{L}\p{N}]+)[^\p{L}\p{N}]*$/u.exec(text)?.[1] ?? "";

/** The part of the topic that stands in a hole, as SQL. */
function partOf(parts: readonly string[], hole: number): string {
  const pattern = parts.flatMap((text, i) => {
    const end = parts[i + 1]?.[0];
    const any = end === undefined ? ".+" : `[^${literally(end)}]+`;
    return i === parts.length - 1 ? [literally(text)] : [literally(text), i === hole ? `(${any})` : any];
  });
  return `substring(realtime.topic() from ${quoteLiteral(`^${pattern.join("")}$`)})`;
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|-]/g, "\\$&");

/** The table that a word names, whose rows the caller reads. */
function ownerNamed(word: string, hole: number, project: Project): TopicOwner | string | undefined {
  if (!word) return undefined;
  const { tenant, user } = project.tenancy;
  const table = [...project.catalog.tables.values()].find((each) => {
    const key = keyOf(each);
    const isNamed =
      stem(each.name) === stem(word) || (key === tenant?.table && keyStem(word) === stem(each.name));
    return isNamed && !each.platform && key !== user?.table;
  });
  if (!table) return stem(word) === "user" ? { of: "user", hole } : undefined;
  const access = accessOf(project, table);
  const audience = access?.allowed.select.find(({ kind }) => kind === "members" || kind === "self");
  const column = keyColumn(table);
  return access && audience && column !== undefined
    ? { of: "row", hole, table, column, scope: access.scope, audience }
    : `the topic names a row of ${keyOf(table)}, and nothing says whose that is`;
}

const tieToUser = (part: string, { platform }: Project): Tie | string =>
  platform.callerId[0]
    ? { condition: `${part} = (select ${platform.callerId[0]}())::text`, audience: "own" }
    : `${platform.name} names no caller`;

const isAmong = (part: string, call: string): string =>
  `${part} = any (array(select each::text from ${call} as each))`;

/** `private: true` among the channel's options: undefined where they stand elsewhere, false where they say so already. */
function privateEdit(project: Project, channel: Channel): Edit | false | undefined {
  if (channel.private === true) return false;
  const { path, optionsAt } = channel;
  const options = project.text(path)?.slice(optionsAt.start, optionsAt.end) ?? "";
  const insert = (at: number, length: number, text: string): Edit => ({
    path,
    span: { start: optionsAt.start + at, end: optionsAt.start + at + length },
    text,
  });
  if (!options.startsWith("{"))
    return options === "" || options === ")" ? insert(0, 0, ", { config: { private: true } }") : undefined;
  const off = /\bprivate\s*:\s*false\b/.exec(options);
  if (off) return insert(off.index, off[0].length, "private: true");
  const config = /\bconfig\s*:\s*\{/.exec(options);
  const at = config ? config.index + config[0].length : 1;
  const rest = options.slice(at).trimStart();
  const comma = rest.startsWith("}") ? " " : ",";
  return insert(at, 0, config ? ` private: true${comma}` : ` config: { private: true }${comma}`);
}
