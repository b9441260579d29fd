import type { SourceText } from "../../text/source-text.ts";
import type { Span } from "../../text/span.ts";
import { readAttribute } from "./attribute.ts";
import { addDocumentation, type Documentation, readBody } from "./body.ts";
import { readConfigBlock } from "./config-block.ts";
import { mappedName, readField } from "./field.ts";
import {
  type Blocks,
  findReusable,
  isReadFrom,
  keepSame,
  type Reusable,
  rememberReading,
  type Step,
  stepAt,
} from "./reuse.ts";
import { Scanner } from "./scan.ts";
import type { PrismaAttribute, PrismaEnum, PrismaField, PrismaModel, PrismaSource } from "./schema.ts";
import { findArgument, unquote } from "./value.ts";

/** `model User {`, read up to behind the brace. */
interface Header {
  readonly keyword: string;
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
}

/**
 * Reads one `.prisma` file. Never throws: half-typed text gives what could be read, with errors at their places;
 * an unclosed block, parenthesis or string spoils nothing behind it. Offsets are UTF-16. Names are not resolved, and
 * what Prisma alone can judge (types that do not exist, relations without a back side) is left to `validatePrisma`.
 * Given what was read of an earlier text of the file, only the blocks around what differs are read again, and models
 * that are the same are the same objects; of the same text, all is.
 */
export function readPrisma(source: SourceText, before?: PrismaSource): PrismaSource {
  if (before && isReadFrom(before, source.text)) return before;
  const scan = new Scanner(source.text);
  const blocks: Blocks = {
    datasources: [],
    generators: [],
    models: [],
    starts: [],
    enums: [],
    errors: scan.errors,
    directives: scan.directives,
  };
  const earlier = before && findReusable(before, source.text);
  const steps: Step[] = earlier ? [...earlier.take(blocks)] : [];
  scan.at = earlier?.from ?? 0;
  readRest(scan, blocks, steps, earlier);
  const { errors, ...rest } = blocks;
  const all = { path: source.path, ...rest, errors: errors.toSorted((a, b) => a.span.start - b.span.start) };
  const read = before && !earlier ? keepSame(before, all) : all;
  rememberReading(read, { text: source.text, errors, steps });
  return read;
}

/** Reads from where the scanner stands, to the end or to where it meets what was read before. */
function readRest(scan: Scanner, blocks: Blocks, steps: Step[], earlier: Reusable | undefined): void {
  let documentation: Documentation | undefined;
  while (!scan.done) {
    scan.skipSpaces();
    if (scan.done) break;
    if (scan.atNewline) {
      scan.skipNewline();
      scan.skipSpaces();
      if (scan.atNewline) documentation = undefined;
      continue;
    }
    if (!documentation) {
      if (earlier?.meets(scan.at, blocks, steps)) return;
      steps.push(stepAt(scan.at, blocks));
    }
    const comment = scan.comment();
    if (comment) {
      documentation = addDocumentation(documentation, comment);
      continue;
    }
    const header = readHeader(scan);
    if (header) readBlock(scan, header, documentation, blocks);
    else skipStray(scan);
    documentation = undefined;
  }
}

const KEYWORD = /(?:model|view|type|enum|datasource|generator)?/y;

/** Reads a header; leaves the scanner where it was, and gives undefined, where there is none. Prisma asks for no blank in it. */
function readHeader(scan: Scanner): Header | undefined {
  const start = scan.at;
  scan.skip(KEYWORD);
  const keyword = scan.text.slice(start, scan.at);
  scan.skipSpaces();
  const nameSpan = scan.identifier();
  const beforeBrace = scan.at;
  scan.skipBlankLines();
  if (!keyword || nameSpan.end === nameSpan.start || scan.code !== 123) {
    scan.at = start;
    return undefined;
  }
  scan.at++;
  const name = scan.text.slice(nameSpan.start, nameSpan.end);
  return { keyword, name, nameSpan, span: { start, end: beforeBrace } };
}

/** One error for everything up to the next block. */
function skipStray(scan: Scanner): void {
  const start = scan.at;
  let end = start;
  do {
    scan.skipLine();
    end = scan.at;
    scan.skipBlankLines();
  } while (!scan.done && !scan.atHeader() && !scan.is("//") && !scan.is("/*"));
  end = start + scan.text.slice(start, end).trimEnd().length;
  scan.fail(
    start,
    end,
    "This belongs to no block: begin one with model, view, type, enum, datasource or generator, a name and {.",
  );
}

function readBlock(
  scan: Scanner,
  header: Header,
  documentation: Documentation | undefined,
  blocks: Blocks,
): void {
  scan.origin = header.span.start;
  if (header.keyword === "enum") blocks.enums.push(readEnum(scan, header));
  else if (header.keyword === "datasource") blocks.datasources.push(readConfigBlock(scan, header));
  else if (header.keyword === "generator") blocks.generators.push(readConfigBlock(scan, header));
  else {
    blocks.models.push(readModel(scan, header, documentation));
    blocks.starts.push(header.span.start);
  }
}

function readModel(scan: Scanner, header: Header, documentation: Documentation | undefined): PrismaModel {
  const fields: PrismaField[] = [];
  const attributes: PrismaAttribute[] = [];
  const { bodyStart, bodyEnd, end } = readBody<PrismaField>(scan, header.span, {
    read: readField,
    take: (field, text) => fields.push(text === undefined ? field : { ...field, documentation: text }),
    attribute: (attribute) => attributes.push(attribute),
  });
  const { mapped, schema, ignored } = meaningOf(header.name, attributes);
  const within = ({ start, end }: Span) => scan.within(start, end);
  return {
    kind: header.keyword as PrismaModel["kind"],
    name: header.name,
    nameSpan: within(header.nameSpan),
    span: scan.within(header.span.start, end),
    body: scan.within(bodyStart, bodyEnd),
    fields,
    attributes,
    table: mapped,
    ignored,
    ...(schema !== undefined && { schema }),
    ...(documentation && {
      documentation: documentation.text,
      documentationSpan: within(documentation.span),
    }),
  };
}

type EnumValue = PrismaEnum["values"][number];

function readEnum(scan: Scanner, header: Header): PrismaEnum {
  const values: EnumValue[] = [];
  const attributes: PrismaAttribute[] = [];
  const { end } = readBody<EnumValue>(scan, header.span, {
    read: readEnumValue,
    take: (value) => values.push(value),
    attribute: (attribute) => attributes.push(attribute),
  });
  const { mapped, schema } = meaningOf(header.name, attributes);
  const span = { start: header.span.start, end };
  return {
    name: header.name,
    nameSpan: header.nameSpan,
    span,
    values,
    mapped,
    ...(schema !== undefined && { schema }),
  };
}

function readEnumValue(scan: Scanner): EnumValue | undefined {
  const span = scan.identifier();
  if (span.end === span.start) return undefined;
  const name = scan.text.slice(span.start, span.end);
  let mapped = name;
  for (;;) {
    scan.skipSpaces();
    if (scan.code !== 64) return { name, mapped, span };
    const attribute = readAttribute(scan);
    if (attribute?.name === "map") mapped = mappedName(attribute, name);
  }
}

/** What the `@@` attributes of a model or enum say. */
function meaningOf(name: string, attributes: readonly PrismaAttribute[]) {
  let mapped = name;
  let schema: string | undefined;
  let ignored = false;
  for (const attribute of attributes) {
    if (attribute.name === "map") mapped = mappedName(attribute, name);
    else if (attribute.name === "ignore") ignored = true;
    else if (attribute.name === "schema") {
      schema = unquote(findArgument(attribute, "map", "or-first") ?? "") || undefined;
    }
  }
  return { mapped, schema, ignored };
}
