import { qualify } from "../catalog/catalog.ts";
import { type Client, QueryError } from "../database/client.ts";
import { extensionsOf, type TopicOwner, topicOwner } from "../policies/channels.ts";
import type { Project } from "../project/project.ts";
import { channelsCalled, messagesOf } from "../project/topics.ts";
import { quoteQualified } from "../text/quote.ts";
import { isIn } from "./expected.ts";
import { makerOf, type Person } from "./people.ts";
import type { TrialBesides } from "./try-bucket.ts";
import { columnValue, type Maker, valueFor } from "./values.ts";

/** A private channel: whose its topics are, and what is sent there. */
export interface Topic {
  readonly topic: string;
  readonly owner: TopicOwner;
  readonly messages: string;
  readonly extensions: readonly string[];
  /** Whose topics are tried: each has a row where topics name one. */
  readonly makers: readonly Maker[];
}

/** What is needed to try a channel; a sentence where it cannot be. */
export function readTopic(
  project: Project,
  topic: string,
  people: readonly Person[],
  rowsOf: (key: string) => readonly Maker[],
): Topic | string {
  const messages = messagesOf(project);
  const owner = topicOwner(project, topic);
  if (!messages || typeof owner === "string") return "nothing says whose its topics are";
  return {
    topic,
    owner,
    messages: quoteQualified(messages.schema, messages.name),
    extensions: extensionsOf(channelsCalled(project, topic)),
    makers:
      owner.of === "row"
        ? rowsOf(qualify(owner.table.schema, owner.table.name))
        : people.filter(({ tenant }) => owner.of === "user" || tenant !== undefined).map(makerOf),
  };
}

/** Puts one message of each kind into the table: who joins a channel is who may read any. */
export async function seedMessages(
  client: Client,
  { messages, extensions }: Topic,
): Promise<string | undefined> {
  try {
    const known = await client.query("select 1 from pg_inherits where inhparent = $1::regclass", [messages]);
    if (!known.rows.length)
      await client.query(`create table realtime.rowguard_rest partition of ${messages} default`);
    for (const extension of extensions)
      await client.query(`insert into ${messages} (topic, extension) values ('any', $1)`, [extension]);
    return undefined;
  } catch (error) {
    if (!(error instanceof QueryError) || error.lost) throw error;
    return `no message could be made: ${error.message}`;
  }
}

/** Whether a person hears and sends in the channels that are his, and in no others. */
export async function tryTopic(
  session: Client,
  project: Project,
  topic: Topic,
  person: Person | undefined,
): Promise<TrialBesides> {
  const lacks: string[] = [];
  const leaks: string[] = [];
  let tried = 0;
  for (const maker of topic.makers) {
    const name = nameFor(project, topic, maker);
    if (name === undefined) continue;
    const own = isOwn(topic.owner, person, maker);
    for (const extension of topic.extensions) {
      tried += 2;
      const could = await join(session, topic.messages, name, extension);
      for (const [what, can] of [
        ["hear", could.hears],
        ["send", could.sends],
      ] as const)
        if (can && !own) leaks.push(`can ${what} ${extension} in a channel ${topic.topic} of another`);
        else if (own && !can)
          lacks.push(`cannot ${what} ${extension} in a channel ${topic.topic} of his own`);
    }
  }
  return { lacks: [...new Set(lacks)], leaks: [...new Set(leaks)], tried };
}

/** The topic with a maker's key where it varies. */
function nameFor(project: Project, { topic, owner }: Topic, maker: Maker): string | undefined {
  const value =
    owner.of === "row"
      ? columnValue(project, owner.table, owner.table.columns.get(owner.column)!, maker)
      : owner.of === "tenant"
        ? valueFor(project, { tenant: maker.tenant! })
        : valueFor(project, { user: maker.user });
  let hole = 0;
  return value === undefined
    ? undefined
    : topic.replace(/\*/g, () => (hole++ === owner.hole ? value : "any"));
}

function isOwn(owner: TopicOwner, person: Person | undefined, maker: Maker): boolean {
  if (!person) return false;
  if (owner.of === "user") return person.index === maker.user;
  if (owner.of === "tenant") return person.tenant !== undefined && person.tenant === maker.tenant;
  return isIn({ scope: owner.scope }, owner.audience, person, maker);
}

async function join(session: Client, messages: string, topic: string, extension: string) {
  await session.query("savepoint joining");
  await session.query("select set_config('realtime.topic', $1, true)", [topic]);
  const passes = async (sql: string, values: readonly string[]): Promise<boolean> => {
    try {
      const { rows, affected } = await session.query(sql, values);
      return rows.length > 0 || (affected ?? 0) > 0;
    } catch (error) {
      if (!(error instanceof QueryError) || error.lost || error.code !== "42501") throw error;
      return false;
    }
  };
  const hears = await passes(`select 1 from ${messages} where extension = $1`, [extension]);
  const sends = await passes(`insert into ${messages} (topic, extension) values ($1, $2)`, [
    topic,
    extension,
  ]);
  await session.query("rollback to savepoint joining");
  return { hears, sends };
}
