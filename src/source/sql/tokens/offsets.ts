/** Turns places that PostgreSQL counts in bytes or code points into UTF-16 offsets of the same text. */
export interface Offsets {
  fromByte(byte: number): number;
  fromCodePoint(point: number): number;
}

const PLAIN: Offsets = { fromByte: (byte) => byte, fromCodePoint: (point) => point };

// biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII is what is looked for
const WIDE = /[^\x00-\x7f]/;

/** Offsets of one text; nothing is computed where it is ASCII. */
export const offsetsOf = (text: string): Offsets => (WIDE.test(text) ? new WideOffsets(text) : PLAIN);

const STEP = 64;

/** Byte and code-point counts at every 64th unit, and a short walk from there. */
class WideOffsets implements Offsets {
  private readonly bytes: Int32Array;
  private points: Int32Array | undefined;

  constructor(private readonly text: string) {
    this.bytes = this.count(utf8Length);
  }

  fromByte(byte: number): number {
    return this.find(this.bytes, byte, utf8Length);
  }

  fromCodePoint(point: number): number {
    this.points ??= this.count(one);
    return this.find(this.points, point, one);
  }

  private count(size: (code: number) => number): Int32Array {
    const { text } = this;
    const marks = new Int32Array(Math.ceil(text.length / STEP));
    let total = 0;
    for (let i = 0; i < text.length; i++) {
      if (i % STEP === 0) marks[i / STEP] = total;
      if (!isTrailing(text, i)) total += size(text.codePointAt(i)!);
    }
    return marks;
  }

  private find(marks: Int32Array, wanted: number, size: (code: number) => number): number {
    let low = 0;
    let high = marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (marks[middle]! <= wanted) low = middle;
      else high = middle - 1;
    }
    let at = low * STEP;
    let total = marks[low]!;
    while (at < this.text.length && total < wanted) {
      if (!isTrailing(this.text, at)) total += size(this.text.codePointAt(at)!);
      at++;
    }
    return isTrailing(this.text, at) ? at + 1 : at;
  }
}

const utf8Length = (point: number): number =>
  point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
const one = (): number => 1;

/** Whether a unit is the second half of a surrogate pair. */
const isTrailing = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (code < 0xdc00 || code > 0xdfff || at === 0) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
};
