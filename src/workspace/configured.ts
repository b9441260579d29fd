import { readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { type Baseline, readBaseline } from "../lint/baseline.ts";
import { type Configuration, DEFAULT_CONFIGURATION } from "../lint/configuration.ts";
import { readConfiguration } from "../lint/read-configuration.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { SourceText } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import { decode, type ReadText } from "./discover/read-text.ts";
import { errorCode, whyUnread } from "./discover/walk.ts";
import type { FactStore } from "./facts/fact-store.ts";
import type { WorkspaceOptions } from "./workspace.ts";

export const CONFIGURATION = "rowguard.config.json";

/** What `rowguard.config.json` and the baseline it names say. */
export interface Settled {
  readonly configuration: Configuration;
  readonly registry: readonly RegisteredRule[];
  readonly baseline?: Baseline;
}

/** The configuration of a workspace: the same object as long as its text and its baseline's are the same. */
export class Configured {
  readonly #root: string;
  readonly #store: FactStore;
  readonly #path: string;
  /** A baseline that stands in place of the configuration's. */
  readonly #baselinePath: string | undefined;
  #last: { readonly of: readonly (string | undefined)[]; readonly settled: Settled } | undefined;

  constructor(root: string, store: FactStore, { configPath, baselinePath }: WorkspaceOptions) {
    this.#root = root;
    this.#store = store;
    this.#path = configPath === undefined ? CONFIGURATION : pathFrom(root, configPath);
    this.#baselinePath = baselinePath && pathFrom(root, baselinePath);
  }

  async read(): Promise<Settled> {
    const read = this.#look(this.#path);
    const known = this.#last && [saidBy(read), this.#baselineNow(this.#last.settled.configuration)];
    if (this.#last && known?.every((each, i) => each === this.#last!.of[i])) return this.#last.settled;
    const settled = await this.#settle(read);
    this.#last = { of: [saidBy(read), this.#baselineNow(settled.configuration)], settled };
    return settled;
  }

  /** The text of the configuration or the baseline, which may lie outside the folder; undefined for any other path. */
  text(path: string): string | undefined {
    const baseline = this.#baselinePath ?? this.#last?.settled.configuration.baseline;
    const read = path === this.#path || path === baseline ? this.#look(path) : undefined;
    return read && "text" in read ? read.text : undefined;
  }

  async #settle(read: ReadText | undefined): Promise<Settled> {
    const { registry } = await import("../rules/registry.generated.ts");
    const source = read && "text" in read ? { path: this.#path, text: read.text } : undefined;
    const configuration =
      read && "why" in read ? unreadable(this.#path, read.why) : await readConfiguration(source, registry);
    const path = this.#baselinePath ?? configuration.baseline;
    const baseline = path === undefined ? undefined : this.#readBaseline(path);
    if (typeof baseline !== "string") return { configuration, registry, ...(baseline && { baseline }) };
    const place =
      this.#baselinePath || !source ? { path: path!, span: { start: 0, end: 0 } } : placeOfBaseline(source);
    const message = `The baseline "${path}" counts as empty: ${baseline}.`;
    const problems = [...configuration.problems, { place, key: "baseline", message }];
    return { configuration: { ...configuration, problems }, registry };
  }

  #baselineNow({ baseline }: Configuration): string | undefined {
    const path = this.#baselinePath ?? baseline;
    return path === undefined ? undefined : saidBy(this.#look(path));
  }

  /** The baseline, or why there is none. */
  #readBaseline(path: string): Baseline | string {
    const file = this.#look(path);
    if (!file) return "there is no such file";
    if ("why" in file) return file.why;
    const read = readBaseline(file.text);
    return "error" in read ? String(read.error) : read;
  }

  /** An open editor's text first; a configuration may lie outside the folder. Undefined where there is no file. */
  #look(path: string): ReadText | undefined {
    const open = this.#store.open.get(path);
    if (open !== undefined) return { text: open };
    try {
      return decode(readFileSync(isAbsolute(path) ? path : join(this.#root, path)));
    } catch (error) {
      return errorCode(error) === "ENOENT" ? undefined : whyUnread(error);
    }
  }
}

const saidBy = (read: ReadText | undefined): string | undefined =>
  read && ("text" in read ? read.text : read.why);

/** A configuration that is there and cannot be read is a broken one, not a missing one. */
const unreadable = (path: string, why: string): Configuration => ({
  ...DEFAULT_CONFIGURATION,
  path,
  problems: [
    {
      place: { path, span: { start: 0, end: 0 } },
      key: "",
      message: `The configuration cannot be used: ${why}.`,
    },
  ],
});

function placeOfBaseline({ path, text }: SourceText): Place {
  const root = parseTree(text);
  const node = root && findNodeAtLocation(root, ["baseline"]);
  return { path, span: node ? { start: node.offset, end: node.offset + node.length } : { start: 0, end: 0 } };
}

/** As the workspace names its files. */
const pathFrom = (root: string, path: string): string =>
  relative(root, resolve(root, path)).split(sep).join("/");
