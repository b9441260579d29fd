import type { Span } from "../../text/span.ts";
import type { Directive } from "../sql/statement.ts";
import type { BlockSpan } from "./schema.ts";

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const SLASH = 47;
const BACKSLASH = 92;

/** A header such as `model User {`: nothing inside a block looks like it, so an unclosed block ends there. */
const HEADER = /(?:model|view|type|enum|datasource|generator)[ \t]*[^\s{}()[\]@"/]+[ \t]*\{/y;
const HEADER_STARTS = new Set([..."mvtedg"].map((letter) => letter.charCodeAt(0)));
/** `name Type`: no line inside parentheses looks like it, so an unclosed parenthesis ends there. */
const FIELD_LINE = /[\w\u0080-\uffff-]+[ \t]+[A-Za-z_\u0080-\uffff]/y;

// Runs of characters are stepped over by regular expressions: a process that reads one schema is done before a loop
// over characters would be compiled. Each is one class and one star, which takes no backtracking stack.
const SPACES = /[ \t\v\f\u00a0\ufeff]*/y;
const BLANKS = /[ \t\v\f\u00a0\ufeff\r\n]*/y;
const BLANKS_AND_COMMENTS = /(?:[ \t\v\f\u00a0\ufeff\r\n]+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)*/y;
const LINE = /[^\r\n]*/y;
/** Prisma takes ASCII only; other letters are read as parts of names, so that the error has one place. */
const NAME = /[\w\-\u00a1-\ufefe\uff00-\uffff]*/y;
const STRING_RUN = /[^"\\\r\n]*/y;

/** A comment: `doc` for `///`. `text` is what follows the mark, untrimmed. */
export interface Comment {
  readonly kind: "line" | "doc" | "block";
  readonly text: string;
  readonly span: Span;
}

/** A place in one text, moved forward only, with what was noticed on the way. */
export class Scanner {
  readonly text: string;
  readonly errors: { readonly span: Span; readonly message: string }[] = [];
  readonly directives: Directive[] = [];
  at = 0;
  /** Where the block that is read begins. */
  origin = 0;

  constructor(text: string) {
    this.text = text;
  }

  get code(): number {
    return this.text.charCodeAt(this.at);
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  get atNewline(): boolean {
    return this.code === NEWLINE || this.code === RETURN;
  }

  is(mark: string): boolean {
    return this.text.startsWith(mark, this.at);
  }

  fail(start: number, end: number, message: string): void {
    this.errors.push({ span: { start, end }, message });
  }

  /** A range of the text as the block that is read counts. */
  within(start: number, end: number): BlockSpan {
    return { from: start - this.origin, to: end - this.origin };
  }

  /** Steps over what a sticky expression, that may match nothing, matches here. */
  skip(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }

  /** Blanks within the line, and a byte order mark. */
  skipSpaces(): void {
    if (isSpace(this.code)) this.skip(SPACES);
  }

  skipNewline(): void {
    if (this.code === RETURN && this.text.charCodeAt(this.at + 1) === NEWLINE) this.at++;
    this.at++;
  }

  /** Blanks and line ends. */
  skipBlankLines(): void {
    this.skip(BLANKS);
  }

  skipLine(): void {
    this.skip(LINE);
  }

  /** Whether a block whose brace was just read ends in the same line: nothing of it stands below. */
  closesInLine(): boolean {
    LINE.lastIndex = this.at;
    const line = LINE.exec(this.text)?.[0] ?? "";
    if (!line.includes("}")) return false;
    const start = this.at;
    this.at += line.length;
    this.skip(BLANKS_AND_COMMENTS);
    const closes = this.done || this.atHeader();
    this.at = start;
    return closes;
  }

  /** The comment that begins here, if one does. */
  comment(): Comment | undefined {
    if (this.code !== SLASH) return undefined;
    const next = this.text.charCodeAt(this.at + 1);
    if (next === SLASH) return this.lineComment();
    return next === 42 ? this.blockComment() : undefined;
  }

  private lineComment(): Comment {
    const start = this.at;
    this.skipLine();
    const doc = this.text.charCodeAt(start + 2) === SLASH;
    const text = this.text.slice(start + (doc ? 3 : 2), this.at);
    return this.noted({ kind: doc ? "doc" : "line", text, span: { start, end: this.at } });
  }

  private blockComment(): Comment {
    const start = this.at;
    const close = this.text.indexOf("*/", start + 2);
    this.at = close < 0 ? this.text.length : close + 2;
    if (close < 0) this.fail(start, this.at, "This comment is not closed: end it with */.");
    const text = this.text.slice(start + 2, close < 0 ? this.at : close);
    return this.noted({ kind: "block", text, span: { start, end: this.at } });
  }

  private noted(comment: Comment): Comment {
    if (comment.text.includes("rowguard-ignore")) {
      const text = comment.text.trim();
      if (text.startsWith("rowguard-ignore")) this.directives.push({ text, span: comment.span });
    }
    return comment;
  }

  /** The name that begins here; an empty span where none does. */
  identifier(): Span {
    const start = this.at;
    this.skip(NAME);
    return { start, end: this.at };
  }

  /** Steps over a string; it ends with its line at the latest. */
  skipString(): void {
    const start = this.at++;
    this.skip(STRING_RUN);
    while (this.code === BACKSLASH) {
      this.at = Math.min(this.at + (isNewline(this.text.charCodeAt(this.at + 1)) ? 1 : 2), this.text.length);
      this.skip(STRING_RUN);
    }
    if (this.code === QUOTE) this.at++;
    else this.fail(start, this.at, 'This text is not closed: end it with ".');
  }

  /** True where the text begins another block. */
  atHeader(): boolean {
    if (!HEADER_STARTS.has(this.code)) return false;
    HEADER.lastIndex = this.at;
    return HEADER.test(this.text);
  }

  /** True at the end of a line where the next one cannot belong to an open parenthesis. */
  atEndOfArguments(): boolean {
    BLANKS.lastIndex = this.at;
    BLANKS.test(this.text);
    const next = BLANKS.lastIndex;
    const code = this.text.charCodeAt(next);
    if (Number.isNaN(code) || code === 125 || code === 64) return true;
    FIELD_LINE.lastIndex = next;
    return FIELD_LINE.test(this.text);
  }
}

const isNewline = (code: number): boolean => code === NEWLINE || code === RETURN;

const isSpace = (code: number): boolean =>
  code === 32 || code === 9 || code === 0xfeff || code === 0xa0 || code === 11 || code === 12;
