import { widthOf } from "../report/width.ts";

/** Colours of a quiet terminal; the picture follows the reader's preference for light or dark. */
const THEMES = {
  light: {
    back: "#ffffff",
    frame: "#d0d7de",
    text: "#1f2328",
    red: "#c4192b",
    green: "#1a7f37",
    yellow: "#8a6100",
    blue: "#0860ca",
    cyan: "#0b6e7d",
    dim: "#656d76",
  },
  dark: {
    back: "#0d1117",
    frame: "#30363d",
    text: "#e6edf3",
    red: "#ff7b72",
    green: "#56d364",
    yellow: "#e3b341",
    blue: "#79c0ff",
    cyan: "#76d9e6",
    dim: "#8b949e",
  },
} as const;

const COLUMN = 8.4;
const LINE = 20;
const MARGIN = 20;

/** What a terminal showed, with its colours (SGR sequences), as an SVG that is text to select and to read aloud. */
export function renderPicture(output: string, columns: number): string {
  const lines = output.replace(/\n+$/, "").split("\n");
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" xml:space="preserve">`,
    `<title>rowguard check in a terminal</title>`,
    `<style>${renderStyle()}</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines.map((line, i) => renderLine(line, MARGIN + i * LINE + 14)),
    "</svg>",
    "",
  ].join("\n");
}

function renderStyle(): string {
  const rules = (theme: keyof typeof THEMES) => {
    const { back, frame, text, ...inks } = THEMES[theme];
    const classes = Object.entries(inks).map(([name, colour]) => `.${name}{fill:${colour}}`);
    return `.back{fill:${back};stroke:${frame}}text{fill:${text}}${classes.join("")}`;
  };
  const font = `text{font:14px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}.bold{font-weight:600}.underline{text-decoration:underline}`;
  return `${font}${rules("light")}@media(prefers-color-scheme:dark){${rules("dark")}}`;
}

/** Each run of one style is placed by its column, so that no font can push the next one away. */
function renderLine(line: string, y: number): string {
  let column = 0;
  const runs = readRuns(line).map(({ text, classes }) => {
    const shown = text.trim();
    const x = MARGIN + (column + text.length - text.trimStart().length) * COLUMN;
    column += widthOf(text);
    if (!shown) return "";
    const style = classes.length ? ` class="${classes.join(" ")}"` : "";
    const length = widthOf(shown) * COLUMN;
    return `<tspan x="${x.toFixed(1)}" textLength="${length.toFixed(1)}"${style}>${escapeXml(shown)}</tspan>`;
  });
  return runs.join("") && `<text y="${y}">${runs.join("")}</text>`;
}

interface TextRun {
  readonly text: string;
  readonly classes: readonly string[];
}

const NAMES: Readonly<Record<number, string>> = {
  1: "bold",
  2: "dim",
  4: "underline",
  31: "red",
  32: "green",
  33: "yellow",
  34: "blue",
  36: "cyan",
};
const ENDS: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "dim"],
  24: ["underline"],
  39: ["red", "green", "yellow", "blue", "cyan"],
};

function readRuns(line: string): TextRun[] {
  const runs: TextRun[] = [];
  let classes: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    const code = Number(/^\u001b\[(\d+)m$/.exec(part)?.[1] ?? Number.NaN);
    if (Number.isNaN(code)) {
      if (part) runs.push({ text: part, classes: [...classes] });
      continue;
    }
    const name = NAMES[code];
    if (name) classes.push(name);
    else classes = classes.filter((each) => !(ENDS[code] ?? classes).includes(each));
  }
  return runs;
}

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
