const TAB = "    ";

/** Characters that steer a terminal or turn the reading direction: what a source says must never do either. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHOWN = new Map([
  ["\t", TAB],
  ["\u007f", "␡"],
]);

function showUnsafe(character: string): string {
  const known = SHOWN.get(character);
  if (known !== undefined) return known;
  const code = character.charCodeAt(0);
  return code < 32 ? String.fromCharCode(0x2400 + code) : "�";
}

/** One line of foreign text, safe to print: tabs become blanks, control characters become visible signs. */
export const printable = (text: string): string => text.replace(UNSAFE, showUnsafe);

/** `1 error`, `2 errors`. */
export const count = (amount: number, noun: string): string => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
