import { type Foreign, Kind, type TokenRequest, type Tokens } from "./tokens.ts";

/** Reads the tokens of `text` between two offsets. Never throws; an unknown character is a token of its own. */
export function readTokens(text: string, request: TokenRequest): Tokens {
  const lexer = new Lexer(text, request);
  lexer.run();
  return lexer.tokens();
}

const Class = { other: 0, space: 1, letter: 2, digit: 3, operator: 4, punctuation: 5 } as const;

const CLASSES = classify();

function classify(): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, kind: number) => {
    for (const character of characters) classes[character.charCodeAt(0)] = kind;
  };
  mark(" \t\n\r\f\v\0", Class.space);
  mark("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", Class.letter);
  mark("0123456789", Class.digit);
  mark("~!@#^&|`?+-*/%<>=", Class.operator);
  mark("()[],;.:", Class.punctuation);
  return classes;
}

const classOf = (code: number): number =>
  code < 128 ? CLASSES[code]! : code === 0xfeff ? Class.space : Class.letter;

const SPACES = /[ \t\n\r\f\v\0\ufeff]+/y;
const NAME = /[\w$\u0080-\ufefe\uff00-\uffff]+/y;
const ALPHANUMERIC = /[\w\u0080-\ufefe\uff00-\uffff]+/y;
const LINE = /[^\r\n]+/y;
const STRING = /[^']+/y;
const ESCAPED_STRING = /[^'\\]+/y;
const NAME_IN_QUOTES = /[^"]+/y;

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const DOLLAR = 36;
const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const DASH = 45;
const PLUS = 43;
const DOT = 46;

class Lexer {
  private at: number;
  private readonly limit: number;
  private count = 0;
  private capacity: number;
  private starts: Int32Array;
  private finishes: Int32Array;
  private kinds: Uint8Array;
  private parents: Int32Array;
  private closes: Int32Array;
  private readonly ends: number[] = [];
  private readonly foreign: Foreign[] = [];
  private bracket = -1;
  private first = 0;
  /** Nested CASE and BEGIN of a BEGIN ATOMIC body; 0 outside. */
  private atomic = 0;
  private open: number | undefined;
  private done = false;

  constructor(
    private readonly text: string,
    private readonly request: TokenRequest,
  ) {
    this.at = request.start;
    this.limit = request.end;
    const length = Math.min(request.end, request.enough ?? request.end) - request.start;
    this.capacity = Math.max(16, Math.min(1 << 18, length >> 2));
    this.starts = new Int32Array(this.capacity);
    this.finishes = new Int32Array(this.capacity);
    this.kinds = new Uint8Array(this.capacity);
    this.parents = new Int32Array(this.capacity);
    this.closes = new Int32Array(this.capacity);
  }

  tokens(): Tokens {
    return {
      text: this.text,
      count: this.count,
      start: this.starts.subarray(0, this.count),
      end: this.finishes.subarray(0, this.count),
      kind: this.kinds.subarray(0, this.count),
      parent: this.parents.subarray(0, this.count),
      close: this.closes.subarray(0, this.count),
      ends: this.ends,
      foreign: this.foreign,
      stop: this.at,
      ...(this.open === undefined ? {} : { open: this.open }),
    };
  }

  run(): void {
    const { text, limit } = this;
    while (this.at < limit && !this.done) {
      const code = text.charCodeAt(this.at);
      const kind = classOf(code);
      if (kind === Class.space) this.at = this.runEnd(SPACES, this.at);
      else if (kind === Class.letter) this.word(code);
      else if (kind === Class.punctuation) this.punctuation(code);
      else if (kind === Class.operator) this.operator(code);
      else if (kind === Class.digit) this.number();
      else this.special(code);
    }
  }

  private push(kind: number, end: number): void {
    if (this.count === this.capacity) this.grow();
    const index = this.count++;
    this.starts[index] = this.at;
    this.finishes[index] = end;
    this.kinds[index] = kind;
    this.parents[index] = this.bracket;
    this.closes[index] = index;
    this.at = end;
  }

  private grow(): void {
    this.capacity *= 2;
    const wider = (old: Int32Array) => {
      const next = new Int32Array(this.capacity);
      next.set(old);
      return next;
    };
    this.starts = wider(this.starts);
    this.finishes = wider(this.finishes);
    this.parents = wider(this.parents);
    this.closes = wider(this.closes);
    const kinds = new Uint8Array(this.capacity);
    kinds.set(this.kinds);
    this.kinds = kinds;
  }

  private word(code: number): void {
    const end = this.runEnd(NAME, this.at);
    if (end < this.limit && end - this.at === 1 && this.prefixed(code, end)) return;
    const length = end - this.at;
    this.push(Kind.word, end);
    if (length === 6 || this.atomic > 0) this.trackAtomic();
  }

  /** `E'...'`, `B'...'`, `X'...'`, `U&'...'`, `U&"..."`. */
  private prefixed(code: number, end: number): boolean {
    const letter = code | 32;
    const next = this.text.charCodeAt(end);
    if (next === QUOTE && (letter === 101 || letter === 98 || letter === 120)) {
      this.string(end, letter === 101);
      return true;
    }
    if (letter !== 117 || next !== 38) return false;
    const quote = this.text.charCodeAt(end + 1);
    if (quote === QUOTE) this.string(end + 1, false);
    else if (quote === DOUBLE_QUOTE) this.push(Kind.quoted, this.quotedEnd(end + 1, DOUBLE_QUOTE, false));
    else return false;
    return true;
  }

  /** Inside BEGIN ATOMIC ... END of a function, semicolons end no statement. */
  private trackAtomic(): void {
    const last = this.count - 1;
    const text = this.text.slice(this.starts[last], this.finishes[last]).toLowerCase();
    if (this.atomic === 0) {
      if (text !== "atomic" || last === this.first) return;
      const before = this.text.slice(this.starts[last - 1], this.finishes[last - 1]).toLowerCase();
      const opener = this.text.slice(this.starts[this.first], this.finishes[this.first]).toLowerCase();
      if (before === "begin" && opener === "create") this.atomic = 1;
    } else if (text === "case") this.atomic++;
    else if (text === "end") this.atomic--;
  }

  private punctuation(code: number): void {
    if (code === 40 || code === 91) this.openBracket();
    else if (code === 41 || code === 93) this.closeBracket();
    else if (code === 59) this.semicolon();
    else if (code === 58) this.colon();
    else if (code === 46) this.dot();
    else this.push(Kind.punctuation, this.at + 1);
  }

  private openBracket(): void {
    this.push(Kind.punctuation, this.at + 1);
    this.bracket = this.count - 1;
  }

  private closeBracket(): void {
    const opener = this.bracket;
    if (opener >= 0) {
      this.bracket = this.parents[opener]!;
      this.push(Kind.punctuation, this.at + 1);
      this.closes[opener] = this.count - 1;
    } else this.push(Kind.punctuation, this.at + 1);
  }

  private semicolon(): void {
    this.push(Kind.punctuation, this.at + 1);
    if (this.atomic > 0 || (this.bracket >= 0 && this.inRule())) return;
    this.bracket = -1;
    this.ends.push(this.count - 1);
    const opener = this.first;
    this.first = this.count;
    if (this.isAt(opener, "copy")) this.copyData(opener);
    if (this.request.enough !== undefined && this.at >= this.request.enough) this.done = true;
  }

  /** CREATE RULE ... DO (a; b): the only brackets around semicolons. */
  private inRule(): boolean {
    if (!this.isAt(this.first, "create")) return false;
    return this.isAt(this.first + 1, "rule") || this.isAt(this.first + 3, "rule");
  }

  private isAt(index: number, word: string): boolean {
    return (
      index < this.count &&
      this.finishes[index]! - this.starts[index]! === word.length &&
      this.text.slice(this.starts[index], this.finishes[index]).toLowerCase() === word
    );
  }

  /** Skips the lines after COPY ... FROM stdin up to `\.`; without that line there is no data. */
  private copyData(opener: number): void {
    let stdin = false;
    for (let i = opener; i < this.count && !stdin; i++)
      stdin = this.isAt(i, "from") && this.isAt(i + 1, "stdin");
    if (!stdin) return;
    const line = this.text.indexOf("\n", this.at);
    if (line < 0) return;
    const mark = this.text.startsWith("\\.", line + 1) ? line : this.text.indexOf("\n\\.", line);
    if (mark < 0 || mark >= this.limit) return;
    const end = Math.min(mark + 3, this.limit);
    this.foreign.push({ kind: "data", start: line + 1, end });
    this.at = end;
  }

  private colon(): void {
    const next = this.text.charCodeAt(this.at + 1);
    if (next === 58 || next === 61) this.push(Kind.operator, this.at + 2);
    else this.push(Kind.punctuation, this.at + 1);
  }

  private dot(): void {
    const next = this.text.charCodeAt(this.at + 1);
    if (next === 46) this.push(Kind.operator, this.at + 2);
    else if (next >= 48 && next <= 57) this.number();
    else this.push(Kind.punctuation, this.at + 1);
  }

  private operator(code: number): void {
    const { text, at } = this;
    const next = text.charCodeAt(at + 1);
    if (code === DASH && next === DASH) this.lineComment();
    else if (code === SLASH && next === STAR) this.blockComment();
    else this.operatorName(code);
  }

  private operatorName(code: number): void {
    const { text, at } = this;
    let end = at + 1;
    let special = isSpecial(code);
    while (end < this.limit) {
      const character = text.charCodeAt(end);
      if (classOf(character) !== Class.operator || beginsComment(text, end, character)) break;
      special ||= isSpecial(character);
      end++;
    }
    // PostgreSQL: an operator ends in + or - only when it holds one of these other characters.
    if (!special) while (end > at + 1 && (text[end - 1] === "+" || text[end - 1] === "-")) end--;
    this.push(Kind.operator, end);
  }

  private lineComment(): void {
    const end = this.runEnd(LINE, this.at);
    this.request.comment?.(this.at, end);
    this.at = end;
  }

  private blockComment(): void {
    const { text, limit } = this;
    let depth = 1;
    let end = this.at + 2;
    while (end < limit && depth > 0) {
      const code = text.charCodeAt(end);
      const next = end + 1 < limit ? text.charCodeAt(end + 1) : 0;
      if (code === STAR && next === SLASH) {
        depth--;
        end += 2;
      } else if (code === SLASH && next === STAR) {
        depth++;
        end += 2;
      } else end++;
    }
    if (depth > 0) this.open ??= this.at;
    this.request.comment?.(this.at, end);
    this.at = end;
  }

  /** `1`, `1_000`, `0x1F`, `1.5`, `.5`, `1e-10`; letters right behind it are taken too, as PostgreSQL refuses them. */
  private number(): void {
    const { text } = this;
    let end = this.runEnd(ALPHANUMERIC, this.at);
    if (text.charCodeAt(end) === DOT && text.charCodeAt(end + 1) !== DOT)
      end = this.runEnd(ALPHANUMERIC, end + 1);
    const sign = text.charCodeAt(end);
    const hexadecimal = (text.charCodeAt(this.at + 1) | 32) === 120;
    const exponent =
      !hexadecimal && (text.charCodeAt(end - 1) | 32) === 101 && (sign === PLUS || sign === DASH);
    if (exponent && classOf(text.charCodeAt(end + 1)) === Class.digit)
      end = this.runEnd(ALPHANUMERIC, end + 1);
    this.push(Kind.number, Math.min(end, this.limit));
  }

  /** Where the characters of a class end. By expression, which is machine code from the start, unlike a loop. */
  private runEnd(characters: RegExp, from: number): number {
    characters.lastIndex = from;
    characters.test(this.text);
    return Math.min(Math.max(characters.lastIndex, from), this.limit);
  }

  private special(code: number): void {
    if (code === QUOTE) this.string(this.at, false);
    else if (code === DOUBLE_QUOTE) this.push(Kind.quoted, this.quotedEnd(this.at, DOUBLE_QUOTE, false));
    else if (code === DOLLAR) this.dollar();
    else if (code === BACKSLASH) this.command();
    else this.push(Kind.stray, this.at + 1);
  }

  /** A string constant, with the parts that follow on later lines. */
  private string(quote: number, escapes: boolean): void {
    let end = this.quotedEnd(quote, QUOTE, escapes);
    for (let next = this.continuation(end); next > 0; next = this.continuation(end)) {
      end = this.quotedEnd(next, QUOTE, escapes);
    }
    this.push(Kind.string, end);
  }

  /** `'a'` newline `'b'` is one constant; gives where the next part begins, or 0. */
  private continuation(end: number): number {
    const { text } = this;
    let at = end;
    let line = false;
    while (at < this.limit && classOf(text.charCodeAt(at)) === Class.space) {
      const code = text.charCodeAt(at++);
      line ||= code === NEWLINE || code === RETURN;
    }
    return line && at < this.limit && text.charCodeAt(at) === QUOTE ? at : 0;
  }

  /** The offset after the closing quote; a doubled quote stands for itself. */
  private quotedEnd(opening: number, quote: number, escapes: boolean): number {
    const { text, limit } = this;
    const inside = escapes ? ESCAPED_STRING : quote === QUOTE ? STRING : NAME_IN_QUOTES;
    for (let at = opening + 1; at < limit; at += 2) {
      at = this.runEnd(inside, at);
      if (at >= limit) break;
      const code = text.charCodeAt(at);
      if (code === quote && (at + 1 >= limit || text.charCodeAt(at + 1) !== quote)) return at + 1;
    }
    this.open ??= this.at;
    return limit;
  }

  private dollar(): void {
    const { text, limit } = this;
    let end = this.at + 1;
    if (classOf(text.charCodeAt(end)) === Class.digit) {
      while (end < limit && classOf(text.charCodeAt(end)) === Class.digit) end++;
      this.push(Kind.parameter, end);
      return;
    }
    while (end < limit && isTag(text.charCodeAt(end))) end++;
    if (end < limit && text.charCodeAt(end) === DOLLAR) this.dollarString(text.slice(this.at, end + 1));
    else this.push(Kind.stray, this.at + 1);
  }

  private dollarString(tag: string): void {
    const close = this.text.indexOf(tag, this.at + tag.length);
    const closed = close >= 0 && close + tag.length <= this.limit;
    if (!closed) this.open ??= this.at;
    this.push(Kind.string, closed ? close + tag.length : this.limit);
  }

  /** A backslash outside quotes is psql's, to the end of the line. */
  private command(): void {
    const end = this.runEnd(LINE, this.at);
    this.foreign.push({ kind: "command", start: this.at, end });
    this.at = end;
  }
}

const isTag = (code: number): boolean => {
  const kind = classOf(code);
  return kind === Class.letter || kind === Class.digit;
};

const isSpecial = (code: number): boolean =>
  code === 126 ||
  code === 33 ||
  code === 64 ||
  code === 35 ||
  code === 94 ||
  code === 38 ||
  code === 124 ||
  code === 96 ||
  code === 63 ||
  code === 37;

const beginsComment = (text: string, at: number, code: number): boolean => {
  const next = text.charCodeAt(at + 1);
  return (code === DASH && next === DASH) || (code === SLASH && next === STAR);
};
