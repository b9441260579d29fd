/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An element with attributes and children; text stays text. */
export function make<Name extends string>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): Name extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Name] : HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element as never;
}

/** A component's button that does something. */
export function button(label: string, click: () => void, attributes: Attributes = {}): HTMLElement {
  const element = make("vscode-button", attributes, label);
  element.addEventListener("click", click);
  return element;
}

export const count = (n: number, word: string): string =>
  `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
