import { foldedName } from "../tokens/locate.ts";
import { closing, isOperator, nameEnd } from "../tokens/reading.ts";
import { isMark, isName, isWord, Kind, type TokenRange, type Tokens, tokenText } from "../tokens/tokens.ts";
import type { LoopOver, Step } from "./step.ts";

export interface Procedure {
  readonly steps: readonly Step[];
  /** False where the body's structure could not be followed to its end. */
  readonly complete: boolean;
}

/** Reads the steps of a PL/pgSQL body. Never throws: what it cannot follow ends it. */
export function readProcedure(tokens: Tokens): Procedure {
  const reader = new ProcedureReader(tokens);
  const steps = reader.body();
  return { steps, complete: reader.complete };
}

/** Nested deeper, a body is not followed. */
const DEEPEST = 100;

class ProcedureReader {
  private at = 0;
  private depth = 0;
  complete = true;

  constructor(private readonly tokens: Tokens) {}

  body(): Step[] {
    while (isOperator(this.tokens, this.at, "#")) this.at += 3;
    const steps = this.block();
    if (isMark(this.tokens, this.at, ";")) this.at++;
    if (this.at < this.tokens.count) this.complete = false;
    return [steps];
  }

  /** [<<label>>] [DECLARE ...] BEGIN ... [EXCEPTION WHEN ...] END [label]. */
  private block(): Step {
    this.skipLabel();
    const steps: Step[] = [];
    if (this.take("declare")) while (!this.done() && !this.is("begin")) steps.push(...this.declaration());
    if (!this.take("begin")) this.complete = false;
    steps.push(...this.steps());
    const handlers: Step[][] = [];
    if (this.take("exception")) {
      while (this.take("when")) {
        this.find("then");
        this.at++;
        handlers.push(this.steps());
      }
    }
    this.endOf();
    return { kind: "block", steps, handlers };
  }

  /** END [IF | LOOP | CASE] [label]; the semicolon is left. */
  private endOf(): void {
    if (!this.take("end")) this.complete = false;
    else while (!this.done() && !isMark(this.tokens, this.at, ";")) this.at++;
  }

  /** Statements up to a word that ends a list of them. */
  private steps(): Step[] {
    const steps: Step[] = [];
    while (!this.done() && !ENDERS.has(this.word())) {
      const before = this.at;
      steps.push(...this.statement());
      if (isMark(this.tokens, this.at, ";")) this.at++;
      if (this.at === before) this.at++;
    }
    return steps;
  }

  private statement(): Step[] {
    this.skipLabel();
    if (++this.depth > DEEPEST) this.giveUp();
    try {
      const assigned = this.assignmentAt();
      if (assigned > 0) return [this.assignment(assigned)];
      const read = STATEMENTS.get(this.word());
      return read ? read.call(this) : [this.sql(false)];
    } finally {
      this.depth--;
    }
  }

  /** The token after `:=` or `=` of an assignment that begins here; 0 where none does. */
  private assignmentAt(): number {
    const { tokens } = this;
    if (!isName(tokens, this.at) && tokens.kind[this.at] !== Kind.parameter) return 0;
    let last = nameEnd(tokens, this.at);
    while (isMark(tokens, last + 1, "[") || isMark(tokens, last + 1, ".")) {
      last = isMark(tokens, last + 1, "[") ? closing(tokens, last + 1) : nameEnd(tokens, last + 2);
    }
    return isOperator(tokens, last + 1, ":=") || isOperator(tokens, last + 1, "=") ? last + 2 : 0;
  }

  private assignment(value: number): Step {
    const first = this.at;
    const plain = value === first + 2;
    const range = { first: value, last: this.statementEnd() };
    const name = foldedName(this.tokens, first);
    return plain ? { kind: "assign", name, value: range } : { kind: "assign", name: "", value: range };
  }

  /** `name [constant] type [not null] [:= value];`, `name cursor for query;`, `name alias for x;`. */
  private declaration(): Step[] {
    const name = foldedName(this.tokens, this.at);
    const first = this.at;
    const last = this.statementEnd();
    this.at++;
    for (let i = first + 1; i <= last; i++) {
      if (isMark(this.tokens, i, "(")) i = closing(this.tokens, i);
      else if (isWord(this.tokens, i, "cursor")) return this.cursor(i, last);
      else if (
        isOperator(this.tokens, i, ":=") ||
        isOperator(this.tokens, i, "=") ||
        isWord(this.tokens, i, "default")
      )
        return [{ kind: "assign", name, value: { first: i + 1, last } }];
    }
    return [{ kind: "assign", name, value: undefined }];
  }

  private cursor(from: number, last: number): Step[] {
    for (let i = from + 1; i <= last; i++) {
      if (isMark(this.tokens, i, "(")) i = closing(this.tokens, i);
      else if (isWord(this.tokens, i, "for") || isWord(this.tokens, i, "is"))
        return [{ kind: "query", range: { first: i + 1, last } }];
    }
    return [];
  }

  ifStatement(): Step[] {
    const conditions: TokenRange[] = [];
    const arms: Step[][] = [];
    do {
      this.at++;
      conditions.push(this.upTo("then"));
      arms.push(this.steps());
    } while (this.is("elsif") || this.is("elseif"));
    if (this.take("else")) arms.push(this.steps());
    this.endOf();
    const values = conditions.map((range): Step => ({ kind: "value", range }));
    return [...values, { kind: "branch", arms, conditions }];
  }

  caseStatement(): Step[] {
    this.at++;
    const conditions: Step[] = [];
    const arms: Step[][] = [];
    if (!this.is("when")) conditions.push({ kind: "value", range: this.before("when") });
    while (this.take("when")) {
      conditions.push({ kind: "value", range: this.upTo("then") });
      arms.push(this.steps());
    }
    if (this.take("else")) arms.push(this.steps());
    this.endOf();
    return [...conditions, { kind: "branch", arms }];
  }

  loop(): Step[] {
    this.at++;
    return [this.loopOver({ kind: "forever" })];
  }

  whileLoop(): Step[] {
    this.at++;
    const condition: Step = { kind: "value", range: this.upTo("loop") };
    return [condition, this.loopOver({ kind: "forever" })];
  }

  forLoop(): Step[] {
    this.at++;
    const variables = this.targets("in");
    if (this.take("execute"))
      return [this.loopOver({ kind: "execute", variables, range: this.upTo("loop") })];
    this.take("reverse");
    const range = this.upTo("loop");
    const dots = this.rangeDots(range);
    if (dots < 0) return [this.loopOver({ kind: "query", variables, range })];
    const from = { first: range.first, last: dots - 1 };
    const by = this.findOutside(range, "by");
    const to = { first: dots + 1, last: by - 1 };
    const stride: Step[] =
      by > range.last ? [] : [{ kind: "value", range: { first: by + 1, last: range.last } }];
    return [...stride, this.loopOver({ kind: "numbers", variables, from, to })];
  }

  forEach(): Step[] {
    this.at++;
    const variables = this.targets("in");
    this.take("array");
    return [this.loopOver({ kind: "array", variables, range: this.upTo("loop") })];
  }

  private loopOver(over: LoopOver): Step {
    const body = this.steps();
    this.endOf();
    return { kind: "loop", over, body };
  }

  /** Loop variables up to a word, which is passed. */
  private targets(word: string): string[] {
    const names: string[] = [];
    while (!this.done() && !this.is(word)) {
      if (isName(this.tokens, this.at) && !this.is("slice")) names.push(foldedName(this.tokens, this.at));
      this.at++;
    }
    this.at++;
    return names;
  }

  private rangeDots(range: TokenRange): number {
    for (let i = range.first; i <= range.last; i++) {
      if (isOperator(this.tokens, i, "..")) return i;
      if (isMark(this.tokens, i, "(")) i = closing(this.tokens, i);
    }
    return -1;
  }

  /** The first token with this word outside brackets; the one after the range where there is none. */
  private findOutside(range: TokenRange, word: string): number {
    for (let i = range.first; i <= range.last; i++) {
      if (isWord(this.tokens, i, word)) return i;
      if (isMark(this.tokens, i, "(")) i = closing(this.tokens, i);
    }
    return range.last + 1;
  }

  returnStatement(): Step[] {
    this.at++;
    const first = this.at;
    if (this.take("query")) {
      if (this.is("execute")) return this.execute();
      return [{ kind: "query", range: { first: first + 1, last: this.statementEnd() } }];
    }
    const next = this.take("next");
    const range = { first: this.at, last: this.statementEnd() };
    return [{ kind: "return", value: range.last < range.first ? undefined : range, next }];
  }

  /** EXECUTE text [INTO target] [USING values], the latter two in any order. */
  execute(): Step[] {
    const first = this.at;
    const last = this.statementEnd();
    const using = this.findOutside({ first, last }, "using");
    const into = this.findOutside({ first, last }, "into");
    const text = { first: first + 1, last: Math.min(using, into) - 1 };
    const values = using > last ? undefined : { first: using + 1, last: into > using ? into - 1 : last };
    const fills = into > last ? [] : this.namesIn({ first: into + 1, last: this.intoEnd(into, last) });
    return [{ kind: "execute", text, using: values, range: { first, last }, fills }];
  }

  perform(): Step[] {
    return [this.sql(true)];
  }

  /** OPEN cursor FOR query, OPEN cursor FOR EXECUTE text. */
  open(): Step[] {
    const first = this.at;
    const last = this.statementEnd();
    const at = this.findOutside({ first, last }, "for");
    if (at > last) return [];
    if (!isWord(this.tokens, at + 1, "execute")) return [{ kind: "query", range: { first: at + 1, last } }];
    this.at = at + 1;
    return this.execute();
  }

  leave(): Step[] {
    const first = this.at;
    const last = this.statementEnd();
    const when = this.findOutside({ first, last }, "when");
    const condition: Step[] = when > last ? [] : [{ kind: "value", range: { first: when + 1, last } }];
    return [...condition, { kind: "leave" }];
  }

  /** RAISE of less than an exception goes on. */
  raise(): Step[] {
    const isFailure = !LEVELS.has(tokenText(this.tokens, this.at + 1).toLowerCase());
    this.statementEnd();
    return isFailure ? [{ kind: "fail" }] : [];
  }

  /** GET DIAGNOSTICS, FETCH and what else neither reads nor writes tables. */
  passed(): Step[] {
    this.statementEnd();
    return [];
  }

  nested(): Step[] {
    return [this.block()];
  }

  /** It may fail, or go on: a branch of which the condition is not told from its message. */
  assert(): Step[] {
    const range = { first: this.at + 1, last: this.statementEnd() };
    return [
      { kind: "value", range },
      { kind: "branch", arms: [] },
    ];
  }

  private sql(perform: boolean): Step {
    const first = this.at;
    const last = this.statementEnd();
    const into: TokenRange[] = [];
    for (let i = first + 1; i <= last && !perform; i++) {
      if (isMark(this.tokens, i, "(")) i = closing(this.tokens, i);
      else if (
        isWord(this.tokens, i, "into") &&
        !isWord(this.tokens, i - 1, "insert") &&
        !isWord(this.tokens, i - 1, "merge")
      )
        into.push({ first: i, last: this.intoEnd(i, last) });
    }
    const fills = into.flatMap((range) => this.namesIn({ first: range.first + 1, last: range.last }));
    return { kind: "sql", range: { first, last }, into, perform, fills };
  }

  private namesIn(range: TokenRange): string[] {
    const names: string[] = [];
    for (let i = range.first; i <= range.last; i++) {
      if (isName(this.tokens, i) && !isMark(this.tokens, i - 1, ".")) names.push(foldedName(this.tokens, i));
    }
    return names;
  }

  /** The last token of INTO [STRICT] a, b.c, d[1]. */
  private intoEnd(into: number, limit: number): number {
    const { tokens } = this;
    let at = isWord(tokens, into + 1, "strict") ? into + 2 : into + 1;
    for (;;) {
      at = nameEnd(tokens, at);
      while (isMark(tokens, at + 1, "[")) at = closing(tokens, at + 1);
      if (at >= limit || !isMark(tokens, at + 1, ",")) return Math.min(at, limit);
      at += 2;
    }
  }

  /** Moves to the semicolon of the statement here and gives the token before it. */
  private statementEnd(): number {
    while (!this.done() && !isMark(this.tokens, this.at, ";")) {
      this.at = isMark(this.tokens, this.at, "(") ? closing(this.tokens, this.at) + 1 : this.at + 1;
    }
    if (this.done()) this.complete = false;
    return this.at - 1;
  }

  /** The tokens before a word, which is passed. */
  private upTo(word: string): TokenRange {
    const range = this.before(word);
    this.at++;
    return range;
  }

  private before(word: string): TokenRange {
    const first = this.at;
    this.find(word);
    return { first, last: this.at - 1 };
  }

  /** Moves to a word outside brackets and CASE expressions, or to the end. */
  private find(word: string): void {
    let cases = 0;
    while (!this.done() && !(cases === 0 && this.is(word))) {
      if (this.is("case")) cases++;
      else if (cases > 0 && this.is("end")) cases--;
      this.at = isMark(this.tokens, this.at, "(") ? closing(this.tokens, this.at) + 1 : this.at + 1;
    }
    if (this.done()) this.complete = false;
  }

  private skipLabel(): void {
    if (isOperator(this.tokens, this.at, "<<") && isOperator(this.tokens, this.at + 2, ">>")) this.at += 3;
  }

  private giveUp(): void {
    this.complete = false;
    this.at = this.tokens.count;
  }

  private take(word: string): boolean {
    const found = this.is(word);
    if (found) this.at++;
    return found;
  }

  private is(word: string): boolean {
    return isWord(this.tokens, this.at, word);
  }

  private word(): string {
    return isName(this.tokens, this.at) ? tokenText(this.tokens, this.at).toLowerCase() : "";
  }

  private done(): boolean {
    return this.at >= this.tokens.count;
  }
}

const ENDERS = new Set(["end", "elsif", "elseif", "else", "when", "exception"]);

type StatementReader = (this: ProcedureReader) => Step[];
const { prototype: reader } = ProcedureReader;

const LEVELS = new Set(["debug", "log", "info", "notice", "warning"]);

const STATEMENTS = new Map<string, StatementReader>([
  ["declare", reader.nested],
  ["begin", reader.nested],
  ["if", reader.ifStatement],
  ["case", reader.caseStatement],
  ["loop", reader.loop],
  ["while", reader.whileLoop],
  ["for", reader.forLoop],
  ["foreach", reader.forEach],
  ["return", reader.returnStatement],
  ["execute", reader.execute],
  ["perform", reader.perform],
  ["open", reader.open],
  ["exit", reader.leave],
  ["continue", reader.leave],
  ["assert", reader.assert],
  ["raise", reader.raise],
  ...["get", "fetch", "move", "close", "null", "commit", "rollback"].map(
    (word): [string, StatementReader] => [word, reader.passed],
  ),
]);
