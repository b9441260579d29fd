import stringWidth from "string-width";

/** Columns that printable text takes in a terminal. ASCII, the usual case, needs no look at each character. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);

/** Breaks printable text into lines of at most `width` columns: at blanks, and inside a word that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/ +/).flatMap((each) => pieces(each, width))) {
    if (line && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts = [""];
  for (const character of characters(word)) {
    const last = parts.length - 1;
    if (parts[last] && widthOf(parts[last] + character) > width) parts.push(character);
    else parts[last] += character;
  }
  return parts;
}

const segments = new Intl.Segmenter();

/** What a reader takes for one character: an emoji of several code points is one. */
export const characters = (text: string): string[] =>
  /^[\x20-\x7e]*$/.test(text) ? [...text] : [...segments.segment(text)].map(({ segment }) => segment);
