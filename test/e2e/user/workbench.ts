/** Owns the hands of the user-level checks: what a person does in VS Code with mouse and keyboard, and where they look. */
import type { Locator, Page } from 'playwright-core';

/** Opens a file by its path through Quick Open. */
export async function openFile(page: Page, path: string): Promise<void> {
  const name = path.split('/').at(-1) ?? path;
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').fill(path);
  await page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().click();
  await page.locator('.tab.active', { hasText: name }).waitFor();
  await page.locator('.editor-instance .view-line').first().waitFor();
}

/** Puts the cursor at a line and column, both from 1. */
export async function goTo(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget input');
  await input.fill(`:${line}:${column}`);
  await input.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Runs a command by the title under which the Command Palette shows it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input');
  await input.fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
  await input.press('Enter');
}

/** Rests the mouse on the first visible line that shows `text`, in the middle of it; resolves with what then hovers. */
export async function hoverText(page: Page, text: string): Promise<Locator> {
  const line = page.locator('.editor-instance .view-line', { hasText: text }).first().locator('> span');
  await line.waitFor();
  const shown = ((await line.textContent()) ?? '').replaceAll('\u00a0', ' ');
  const box = await line.boundingBox();
  if (box === null) throw new Error(`${text} is not visible`);
  // The font is monospaced, so the place follows from the count of characters.
  const x = box.x + ((shown.indexOf(text) + text.length / 2) * box.width) / shown.length;
  const y = box.y + box.height / 2;
  // The hover appears when the mouse comes to rest, so it comes from somewhere else.
  await page.mouse.move(x + 60, y + 120);
  await page.mouse.move(x, y, { steps: 5 });
  const hover = page.locator('.monaco-editor-hover, .monaco-hover').filter({ visible: true }).first();
  await hover.waitFor();
  return hover;
}

export async function showProblems(page: Page): Promise<void> {
  await runCommand(page, 'Problems: Focus on Problems View');
  await page.locator('.markers-panel').waitFor();
}

/** Filters the Problems panel, because a row that is scrolled away does not exist; resolves with the rows that are left. */
export async function problems(page: Page, text: string): Promise<Locator> {
  const filter = page.locator('.panel .viewpane-filter input');
  // Something else first, because VS Code does not filter again when the text is the same.
  await filter.fill('-');
  await filter.fill(text);
  return page.locator('.markers-panel .monaco-list-row', { hasText: text });
}

/** Waits until the Problems panel has something with this text. */
export async function untilProblem(page: Page, text: string): Promise<void> {
  await untilFiltered(page, text, (rows) => rows.first());
}

/** Waits until the Problems panel has nothing with this text. */
export async function untilNoProblem(page: Page, text: string): Promise<void> {
  const nothing = page.locator('.markers-panel').getByText(/No (results found|problems have been detected)/);
  await untilFiltered(page, text, () => nothing.first());
}

/** Filters anew until `wanted` is shown, because a filtered panel does not always follow when findings come and go. */
async function untilFiltered(page: Page, text: string, wanted: (rows: Locator) => Locator): Promise<void> {
  for (let tries = 20; ; tries--) {
    const shown = wanted(await problems(page, text)).waitFor({ timeout: 1000 });
    if (tries === 1) return shown;
    const seen = await shown.then(
      () => true,
      () => false,
    );
    if (seen) return;
  }
}

/** Takes the filter away again; there must be something to show. */
export async function showAllProblems(page: Page): Promise<void> {
  await untilProblem(page, '');
}

/** Clicks the light bulb at the cursor, and then the action whose title contains `title`. */
export async function clickLightBulb(page: Page, title: string, before?: () => Promise<void>): Promise<void> {
  await page.locator('.lightBulbWidget:visible, .cgmr[class*="lightbulb"]:visible').first().click();
  const action = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  await action.waitFor();
  await before?.();
  await action.click();
}
