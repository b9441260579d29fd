import type { Policy, Table } from "../catalog/catalog.ts";
import { admittingPolicies } from "./audience.ts";
import type { Project } from "./project.ts";
import type { Usage } from "./usage.ts";

export type Channel = Extract<Usage, { kind: "realtime-channel" }>;

/** The channels that code opens by a topic, `room:*` where parts of it are not known. */
export const channelsCalled = (project: Project, topic: string): readonly Channel[] =>
  (project.usages.get("realtime-channel") ?? []).filter(
    (usage): usage is Channel =>
      usage.kind === "realtime-channel" &&
      usage.role === "runtime" &&
      (usage.topic ?? usage.pattern)?.value === topic,
  );

/** The table whose policies decide who joins which private channel. */
export const messagesOf = (project: Project): Table | undefined =>
  project.catalog.tables.get(project.platform.realtimeMessages ?? "");

/** The policies by which clients join private channels, to hear or to send. */
export const joiningPolicies = (project: Project, messages: Table): readonly Policy[] => [
  ...new Set([
    ...admittingPolicies(project, messages, "select"),
    ...admittingPolicies(project, messages, "insert"),
  ]),
];
