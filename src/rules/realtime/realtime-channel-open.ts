import type { Policy } from "../../catalog/catalog.ts";
import { protectChannel } from "../../project/drafts.ts";
import { type OpenTopics, openTopics } from "../../project/open-topics.ts";
import type { Project } from "../../project/project.ts";
import { joiningPolicies, messagesOf } from "../../project/topics.ts";
import { unfollowed } from "../../project/unfollowed.ts";
import type { NamedAt, Usage } from "../../project/usage.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { RawFinding, Related } from "../../text/finding.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

type Channel = Extract<Usage, { kind: "realtime-channel" }>;

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "Anyone who knows the topic can join a broadcast or presence channel.",
  why: "Broadcast and presence ask no table's policies. Whoever holds the public key can join a channel that is not private, guess its topic, hear every message and send his own. A private channel asks the policies on `realtime.messages`, and those must tie the topic to the caller.",
  *check(project) {
    const messages = messagesOf(project);
    if (!messages) return;
    const channels = channelsOf(project);
    for (const channel of channels) if (channel.private === false) yield notPrivate(channel);
    const guarded = channels.filter((channel) => channel.private === true);
    if (!guarded.length || messages.uncertain || unfollowed(project, /\b(policy|messages)\b/i)) return;
    const policies = joiningPolicies(project, messages);
    for (const policy of policies) {
      const open = openTopics(project, messages, policy, guarded);
      if (open) yield openByPolicy(policy, open, guarded);
    }
    if (!policies.length && project.manages.policies) yield withoutPolicy(guarded);
  },
});

const channelsOf = (project: Project): Channel[] =>
  (project.usages.get("realtime-channel") ?? []).filter(
    (usage): usage is Channel =>
      usage.kind === "realtime-channel" &&
      usage.role === "runtime" &&
      (usage.uses.includes("broadcast") || usage.uses.includes("presence")),
  );

/** The topic, or as much of it as is known. */
const topicOf = ({ topic, pattern }: Channel): NamedAt | undefined => topic ?? pattern;

function placeOfChannel(channel: Channel): Place {
  const { path, span } = channel;
  const topic = topicOf(channel);
  return topic?.path === path ? { path, span: topic.span } : { path, span };
}

function nameOfChannel(channel: Channel): string {
  const topic = topicOf(channel);
  return topic ? `The channel "${topic.value}"` : "This channel";
}

function notPrivate(channel: Channel): RawFinding {
  const uses = listOf(channel.uses.filter((use) => use !== "postgres_changes"));
  const topic = topicOf(channel)?.value;
  return {
    at: placeOfChannel(channel),
    subject: `code ${channel.path}`,
    message: `${nameOfChannel(channel)} uses ${uses} and is not private: anyone with the public key can join it.`,
    ...(topic === undefined ? {} : { remedy: protectChannel(topic, false) }),
  };
}

function openByPolicy(policy: Policy, { by }: OpenTopics, channels: readonly Channel[]): RawFinding {
  const [who, what] =
    by === undefined
      ? [listOf(policy.roles), "the caller"]
      : [`whoever ${typeof by === "string" ? `has ${by}` : `is in ${nameOf(by)}`}`, "that"];
  return {
    at: policy.nameSpan,
    subject: `${policy.schema}.${policy.table}/${policy.name}`,
    message: `"${policy.name}" lets ${who} into private channels without tying the topic to ${what}.`,
    related: related(channels, "This private channel relies on it."),
    ...remedyOf(channels),
  };
}

function withoutPolicy(channels: readonly Channel[]): RawFinding {
  const [first, ...others] = channels;
  return {
    at: placeOfChannel(first!),
    subject: `code ${first!.path}`,
    message: `${nameOfChannel(first!)} is private, and no policy on realtime.messages lets a client join it.`,
    related: related(others, "This private channel has none either."),
    ...remedyOf(channels),
  };
}

const related = (channels: readonly Channel[], message: string): readonly Related[] =>
  channels.slice(0, 20).map((channel) => ({ place: placeOfChannel(channel), message }));

function remedyOf(channels: readonly Channel[]): Pick<RawFinding, "remedy"> {
  const topic = channels.map(topicOf).find((each) => each)?.value;
  return topic === undefined ? {} : { remedy: protectChannel(topic, true) };
}
