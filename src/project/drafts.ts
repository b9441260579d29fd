import type { Remedy } from "../text/finding.ts";
import { quoteWord } from "./remedies.ts";

/** A model written from how code uses it. */
export const draftModel = (model: string): Remedy => ({
  kind: "intent",
  title: `Draft the model ${model} from how the code uses it`,
  intent: { verb: "draft-model", subject: model, command: `rowguard generate --model ${quoteWord(model)}` },
});

/** The same with the module that belongs to the model, where the remedy is to draft one. */
export const withModule = (remedy: Remedy | undefined): Remedy | undefined =>
  remedy?.kind === "intent" && remedy.intent.verb === "draft-model"
    ? {
        ...remedy,
        title: `${remedy.title}, with its schemas, queries and actions`,
        intent: { ...remedy.intent, verb: "draft-module", command: `${remedy.intent.command} --module` },
      }
    : undefined;

/** A module that validates the variables in use when the application in `folder` starts. */
export const draftEnvironment = (folder: string): Remedy => ({
  kind: "intent",
  title: "Write a module that validates the environment",
  intent: {
    verb: "draft-environment",
    subject: folder,
    command: `rowguard generate --environment${folder ? ` ${quoteWord(folder)}` : ""}`,
  },
});

/** Modules that make an application's Supabase clients. */
export const draftSupabase = (folder: string): Remedy => ({
  kind: "intent",
  title: "Write the modules that make the Supabase clients, and import them",
  intent: {
    verb: "draft-supabase",
    subject: folder,
    command: `rowguard generate --supabase${folder ? ` ${quoteWord(folder)}` : ""}`,
  },
});

/** Policies on stored objects that keep a bucket's folders apart. */
export const protectBucket = (bucket: string): Remedy => ({
  kind: "intent",
  title: `Protect the bucket ${bucket} with policies`,
  intent: {
    verb: "protect-bucket",
    subject: bucket,
    command: `rowguard generate --bucket ${quoteWord(bucket)}`,
  },
});

/** A private channel and the policies that decide who joins it. */
export const protectChannel = (topic: string, isPrivate: boolean): Remedy => ({
  kind: "intent",
  title: isPrivate
    ? "Write policies on the channel's topic"
    : "Make the channel private, with policies on its topic",
  intent: {
    verb: "protect-channel",
    subject: topic,
    command: `rowguard generate --channel ${quoteWord(topic)}`,
  },
});
