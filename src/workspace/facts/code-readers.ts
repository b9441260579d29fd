import type { CodeFacts } from "../../source/code/facts.ts";
import type { SourceText } from "../../text/source-text.ts";

/** Most files of an application have nothing to do with its database: those are skimmed, without a parser. */
export async function readCodeIfOfInterest(source: SourceText): Promise<CodeFacts> {
  const { mentionsInterest } = await import("../../source/code/interest.ts");
  if (mentionsInterest(source.text)) return (await readWholeCode())(source);
  const { skimCode } = await import("../../source/code/skim.ts");
  return skimCode(source);
}

export async function readWholeCode(): Promise<(source: SourceText) => CodeFacts> {
  const { loadTypeScript } = await import("../../source/code/typescript.ts");
  await loadTypeScript();
  return (await import("../../source/code/read.ts")).readCode;
}
