import { modify, parse } from "jsonc-parser";
import { commonEnds } from "../../text/common-ends.ts";
import { applyEdits, type Edit, type NewFile } from "../../text/edit.ts";
import { CONFIGURATION } from "../configured.ts";

/** What the user says of the tenancy, against what was inferred or where nothing could be. */
export interface Corrections {
  readonly scopes?: Readonly<Record<string, "tenant" | "user" | "public" | "service">>;
  readonly tenantTable?: string;
}

/** A value of the configuration, by the keys that lead to it. */
export interface Entry {
  readonly path: readonly string[];
  readonly value: unknown;
  /** The value is one more of the list that stands there. */
  readonly append?: boolean;
}

/** Writes an entry into the configuration, whose comments and other entries stay; where there is none, it is made. */
export function configure(
  text: string | undefined,
  entry: Entry,
): { readonly edits: readonly Edit[]; readonly files: readonly NewFile[] } {
  if (text === undefined)
    return {
      edits: [],
      files: [{ path: CONFIGURATION, text: `${JSON.stringify(fresh(entry), null, 2)}\n` }],
    };
  const existing = entry.append ? valueAt(parse(text), entry.path) : undefined;
  const list = Array.isArray(existing) ? existing : undefined;
  const value = entry.append && !list ? [entry.value] : entry.value;
  const changes = modify(text, list ? [...entry.path, list.length] : [...entry.path], value, {
    formattingOptions: { insertSpaces: true, tabSize: 2, eol: text.includes("\r\n") ? "\r\n" : "\n" },
    isArrayInsertion: list !== undefined,
  });
  const edits = changes.map(({ offset, length, content }) => ({
    path: CONFIGURATION,
    span: { start: offset, end: offset + length },
    text: content,
  }));
  return { edits, files: [] };
}

/** The configuration with corrections of the tenancy in it, as one edit or a new file. */
export function configureTenancy(
  text: string | undefined,
  { scopes = {}, tenantTable }: Corrections,
): { readonly edits: readonly Edit[]; readonly files: readonly NewFile[] } {
  const entries: Entry[] = [
    ...(tenantTable === undefined ? [] : [{ path: ["tenancy", "tenantTable"], value: tenantTable }]),
    ...Object.entries(scopes).map(([key, value]) => ({ path: ["tenancy", "scopes", key], value })),
  ];
  let after = text;
  for (const entry of entries) {
    const { edits, files } = configure(after, entry);
    after = files[0]?.text ?? applyEdits(after!, edits);
  }
  if (after === undefined || after === text) return { edits: [], files: [] };
  if (text === undefined) return { edits: [], files: [{ path: CONFIGURATION, text: after }] };
  return { edits: [difference(text, after)], files: [] };
}

/** The one edit that makes a text of another: what both begin and end with stays. */
function difference(before: string, after: string): Edit {
  const { start, end } = commonEnds(before, after);
  const span = { start, end: before.length - end };
  return { path: CONFIGURATION, span, text: after.slice(start, after.length - end) };
}

const fresh = ({ path, value, append }: Entry): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), append ? [value] : value);

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const key of path) value = (value as Record<string, unknown> | undefined | null)?.[key];
  return value;
}
