import { createHash } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readerVersion } from "../../cache/reader-version.ts";
import { readSealed, writeSealed } from "../../cache/sealed-file.ts";
import type { Platform } from "../../project/platform/platform.ts";
import type { Base, Step } from "./history.ts";
import { imageName } from "./image.ts";

/** Databases that are kept for the next process; a larger one takes 20 MB. */
const MOST = 8;

/**
 * A database as an earlier process left it after just these files, for one that begins now. What seeds its tables is
 * never among them. Undefined where there is none, or it was damaged.
 */
export function readBase(folder: string, platform: Platform, steps: readonly Step[]): Base | undefined {
  const kept = readSealed(folder, nameOf(platform, steps), versionOf(platform, steps));
  if (!kept) return undefined;
  const lineEnd = kept.indexOf(10);
  const { outcomes, session } = JSON.parse(kept.toString("utf8", 0, lineEnd)) as Omit<
    Base,
    "image" | "steps"
  >;
  return { steps, outcomes, session, image: kept.subarray(lineEnd + 1), kept: true };
}

export function writeBase(
  folder: string,
  platform: Platform,
  { steps, outcomes, session, image }: Base,
): void {
  const name = nameOf(platform, steps);
  const line = Buffer.from(`${JSON.stringify({ outcomes, session })}\n`);
  if (writeSealed(folder, name, versionOf(platform, steps), Buffer.concat([line, image]))) forgetOld(folder);
}

/** One history has one file, however it goes on. */
const nameOf = ({ id }: Platform, [first]: readonly Step[]): string =>
  `history-${hashOf([id, first?.path, textOf(first)]).slice(0, 16)}`;

const versionOf = (platform: Platform, steps: readonly Step[]): string =>
  hashOf([
    readerVersion(),
    imageName(platform),
    ...steps.flatMap((step) => ["kind" in step ? step.kind : "", step.path, textOf(step)]),
  ]);

const textOf = (step: Step | undefined): string | undefined =>
  step && ("problem" in step ? step.problem : step.text);

function hashOf(parts: readonly (string | undefined)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part?.length ?? -1}\n${part ?? ""}`);
  return hash.digest("hex");
}

function forgetOld(folder: string): void {
  try {
    const files = readdirSync(folder)
      .filter((name) => /^history-[0-9a-f]{16}$/.test(name))
      .map((name) => join(folder, name))
      .map((file) => ({ file, at: statSync(file).mtimeMs }))
      .sort((a, b) => b.at - a.at);
    for (const { file } of files.slice(MOST)) rmSync(file, { force: true });
  } catch {
    // Another process was quicker.
  }
}
