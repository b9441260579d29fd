import { FALSE, type Formula, rewriteFormula, type Term } from "../catalog/meaning/formula.ts";

/** A condition as it is for those who do not know the secrets that are written in it. */
export interface Unknowing {
  readonly formula: Formula;
  /** Whether some secret stands there as it is sent, rather than its hash. */
  readonly plain: boolean;
}

/** Undefined where none is written: a value of which it can be seen that nobody guesses it, beside one that is sent. */
export function withoutSecrets(formula: Formula, isSent: (term: Term) => boolean): Unknowing | undefined {
  let found = false;
  let plain = false;
  const rewritten = rewriteFormula(formula, (part) => {
    if (part.kind !== "compare" || part.operator !== "=") return part;
    const [sent, written] = isSent(part.left) ? [part.left, part.right] : [part.right, part.left];
    if (!isSent(sent) || written.kind !== "constant" || !isSecret(written.value, sent)) return part;
    found = true;
    plain ||= !isHash(sent);
    return FALSE;
  });
  return found ? { formula: rewritten, plain } : undefined;
}

/** Long, and made of letters and digits at random; or simply long, where the name of what is sent says that it is a secret. */
const isSecret = (value: string, sent: Term): boolean =>
  value.length >= 16 &&
  !/\s/.test(value) &&
  (SECRET.test(nameOf(sent)) || (value.match(/[A-Za-z0-9+/]{16,}/g) ?? []).some(isMixed));

const SECRET = /key|secret|token|password|signature/i;

const isMixed = (text: string): boolean => /\d/.test(text) && /[a-z]/i.test(text);

const nameOf = (term: Term): string =>
  term.kind === "apply"
    ? term.args.map(nameOf).join(" ")
    : term.kind === "caller"
      ? `${term.source} ${term.path.join(" ")}`
      : "";

/** Whoever reads a hash does not know what has it. */
const isHash = (term: Term): boolean =>
  term.kind === "apply" && (/^(digest|hmac|crypt|md5|sha\d+)$/.test(term.name) || term.args.some(isHash));
