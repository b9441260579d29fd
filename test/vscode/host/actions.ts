import type { Locator, Page } from "playwright-core";

/** Keys are lost while focus moves: pressed again until the effect shows. */
export async function pressUntil(page: Page, key: string, effect: Locator, tries = 12): Promise<void> {
  for (let n = 0; n < tries; n++) {
    await page.keyboard.press(key);
    try {
      await effect.waitFor({ timeout: 2000 });
      return;
    } catch {
      // Once more.
    }
  }
  throw new Error(`${key} never showed ${effect}.`);
}

/** The same for a key that means something else elsewhere: pressed only while `focused` has the focus. */
export async function pressAt(page: Page, focused: Locator, key: string, effect: Locator): Promise<void> {
  for (let n = 0; n < 5; n++) {
    await focused.and(page.locator(":focus")).waitFor();
    await page.keyboard.press(key);
    const shown = await effect.waitFor({ timeout: 8000 }).then(
      () => true,
      () => false,
    );
    if (shown) return;
  }
  throw new Error(`${key} never showed ${effect}.`);
}

const quickInput = (page: Page) => page.locator(".quick-input-widget input[type=text]");

export async function runCommand(page: Page, title: string): Promise<void> {
  await findCommand(page, title);
  // What matches best is not always first.
  await page.locator(".quick-input-list .label-name").getByText(title, { exact: true }).first().click();
}

/** The same by keys alone. */
export async function runByKeys(page: Page, title: string): Promise<void> {
  await findCommand(page, title);
  await chooseByKeys(page, page.locator(".quick-input-list"), title);
}

async function findCommand(page: Page, title: string): Promise<void> {
  // A file that opens late takes the focus, and the list closes: asked for once more.
  for (let n = 0; n < 5; n++) {
    await pressUntil(page, "F1", quickInput(page));
    const filled = await quickInput(page)
      .fill(`>${title}`, { timeout: 5000 })
      .then(
        () => true,
        () => false,
      );
    if (filled) break;
  }
}

/** Moves down a list to the line of this text, and presses Enter. */
async function chooseByKeys(page: Page, list: Locator, text: string): Promise<void> {
  await list.getByText(text, { exact: true }).first().waitFor();
  const chosen = list.locator(".monaco-list-row.focused").getByText(text, { exact: true }).first();
  for (let n = 0; n < 12; n++) {
    const isChosen = await chosen.waitFor({ timeout: 300 }).then(
      () => true,
      () => false,
    );
    if (isChosen) return page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`The list never came to "${text}".`);
}

/** Opens a file by name from the keyboard alone; once more where a key was lost. */
export async function openFile(page: Page, name: string): Promise<void> {
  const last = name.split("/").at(-1)!;
  const active = page.locator(".tab.active", { hasText: last });
  for (let n = 0; n < 20; n++) {
    await page.keyboard.press("Escape");
    await pressUntil(page, "Control+p", quickInput(page));
    await quickInput(page).fill(name);
    try {
      const found = page.locator(".quick-input-list .monaco-list-row.focused", { hasText: last });
      await found.waitFor({ timeout: 2000 });
      await page.keyboard.press("Enter");
      await active.waitFor({ timeout: 5000 });
      return;
    } catch {
      // The list was still being filled, or is of a moment before the file was written: it is not filled again by itself.
    }
  }
  throw new Error(`${name} could not be opened.`);
}

/** Puts the cursor at `line:column`; once more where a key was lost. */
export async function goTo(page: Page, place: string): Promise<void> {
  const there = page.locator(".statusbar-item", { hasText: `Ln ${place.split(":")[0]}, Col` });
  for (let n = 0; n < 5; n++) {
    await pressUntil(page, "Control+g", quickInput(page));
    await quickInput(page).fill(`:${place}`);
    await page.keyboard.press("Enter");
    try {
      return await there.waitFor({ timeout: 5000 });
    } catch {
      await page.keyboard.press("Escape");
    }
  }
  throw new Error(`The cursor never came to ${place}.`);
}

/** Opens the list of quick fixes at the cursor and chooses one. A second press would choose the first, so the list is waited for. */
export async function quickFix(page: Page, title: string, look?: () => Promise<void>): Promise<void> {
  const list = page.locator(".action-widget");
  const fix = list.getByText(title, { exact: true });
  for (let n = 0; n < 5; n++) {
    await page.keyboard.press("Control+.");
    await list
      .first()
      .waitFor({ timeout: 15_000 })
      .catch(() => undefined);
    if (await fix.isVisible()) {
      await look?.();
      return chooseByKeys(page, list.first(), title);
    }
    await page.keyboard.press("Escape");
  }
  throw new Error(`There is no quick fix "${title}" at the cursor.`);
}
