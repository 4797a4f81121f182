// What a person does and sees: the whole way from opening the folder to the next command.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { article } from './projects.mjs';

const LIMIT_MS = 30_000;
const SIZE = { width: 1180, height: 720 };
const DOCKERFILE = 'deploy/backend/Dockerfile.dev';
const THEMES = { dark: 'Default Dark Modern', light: 'Default Light Modern' };

/** A page on a folder; steps are timed and bounded, and a failed one leaves a screenshot. */
export class Window {
  static async open(chromium, code, target, options = {}) {
    const context = await chromium.newContext({
      viewport: SIZE,
      deviceScaleFactor: 1,
      locale: options.locale ?? 'en-US',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const found = new Window();
    found.context = context;
    found.page = await context.newPage();
    found.page.setDefaultTimeout(LIMIT_MS);
    found.began = Date.now();
    await found.page.goto(code.address(target, options));
    return found;
  }

  /** The text of the status item, '' while there is none. */
  status() {
    const item = this.page.locator('[id="shipworthy.shipworthy.shipworthy.status"], [id*="shipworthy.status"]');
    return item.first().innerText({ timeout: 500 }).then((text) => text.trim(), () => '');
  }

  async until(what, probe, limit = LIMIT_MS, pause = 50) {
    const end = Date.now() + limit;
    for (;;) {
      const value = await probe();
      if (value) return value;
      if (Date.now() > end) throw new Error(`waited ${limit} ms for: ${what}`);
      await this.page.waitForTimeout(pause);
    }
  }

  counts(pattern) {
    return this.until(`the status ${pattern}`, async () => pattern.test(await this.status()));
  }

  notifications() {
    return this.page.locator('.notifications-toasts .notification-list-item-message').allInnerTexts();
  }

  /** A command of the palette, which may ask for more. */
  command(name) {
    return this.quick('F1', `>${name}`, name, { asksMore: true });
  }

  goTo(line, column) {
    return this.quick('Control+g', `:${line}:${column}`);
  }

  /** Type into the quick input that a key opens, and take the row that starts with a text. */
  async quick(key, text, row, { asksMore = false } = {}) {
    const input = this.page.locator('.quick-input-widget input').first();
    const succeeds = (work) => work.then(() => true, () => false);
    await this.until(`the row ${row ?? text} of ${key}`, async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press(key);
      if (!(await succeeds(input.fill(text, { timeout: 2000 })))) return false;
      if (!row) return true;
      const found = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: row });
      const shown = await succeeds(found.first().waitFor({ timeout: 4000 }));
      if (!shown) await succeeds(input.fill('', { timeout: 2000 }));
      return shown;
    });
    await input.press('Enter');
    if (!asksMore) await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async openFile(name) {
    await this.quick('Control+p', name, path.basename(name));
    await this.page.locator('.tab.active', { hasText: path.basename(name) }).waitFor();
  }

  async shot(file) {
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  close() {
    return this.context.close();
  }
}

const squiggles = (window, kind) => window.page.locator(`.cdr.squiggly-${kind}, .squiggly-${kind}`);

async function walk(chromium, code, theme, shots) {
  const folder = article();
  code.settings({
    'workbench.colorTheme': THEMES[theme],
    'workbench.preferredDarkColorTheme': THEMES.dark,
    'window.autoDetectColorScheme': false,
    'editor.codeActionsOnSave': { 'source.fixAll.shipworthy': 'explicit' },
  });
  const window = await Window.open(chromium, code, folder);
  const shot = (name) => window.shot(path.join(shots, `${theme}-${name}.png`));
  const lines = [];
  const step = async (name, work) => {
    const began = Date.now();
    try {
      await work();
    } catch (error) {
      await shot('failed').catch(() => undefined);
      lines.push(`FAILED ${theme}: ${name}: ${error.stack}`);
      throw error;
    }
    lines.push(`ok ${theme}: ${name} (${Date.now() - began} ms)`);
  };
  const { page } = window;
  try {
    await step('the folder alone brings `1 error` into the status bar', () => window.counts(/\b1 error\b/));

    await step('the COPY line is underlined', async () => {
      await window.openFile(DOCKERFILE);
      await squiggles(window, 'error').first().waitFor();
    });

    await step('a click on the status item opens Problems with the related places', async () => {
      await page.locator('[id*="shipworthy.status"]').first().click();
      const problems = page.locator('.markers-panel');
      await problems.locator('.monaco-list-row', { hasText: 'host\'s' }).first().waitFor();
      await shot('problems');
    });

    await step('the related place opens the ignore file', async () => {
      const problems = page.locator('.markers-panel');
      const row = problems.locator('.monaco-list-row', { hasText: 'host\'s' }).first();
      await row.click();
      // Down to the second related place.
      for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
      await page.locator('.tab.active', { hasText: '.dockerignore' }).waitFor();
      await page.keyboard.press('Control+j');
      await problems.waitFor({ state: 'hidden' });
    });

    await step('the hover tells the finding', async () => {
      await window.openFile(DOCKERFILE);
      await window.goTo(16, 8);
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
      await page.locator('.monaco-hover', { hasText: 'copy-includes-host-venv' }).first().waitFor();
      await page.waitForTimeout(300);
      await shot('finding');
      await page.keyboard.press('Escape');
    });

    await step('the quick fix is offered', async () => {
      await window.goTo(16, 8);
      await page.keyboard.press('Control+.');
      await page.locator('.action-widget .monaco-list-row.action').first().waitFor();
      await page.waitForTimeout(300);
      await shot('fixes');
    });

    await step('the fix heals the other file, and the next command is offered', async () => {
      await page.locator('.action-widget .monaco-list-row.action.focused', { hasText: '**/.venv' }).waitFor();
      await page.keyboard.press('Enter');
      await window.until('the error is gone', async () => !/error/.test(await window.status()));
      await window.until('the offer', async () => (await window.notifications()).some((text) => text.includes('up --build -V')));
      await squiggles(window, 'error').first().waitFor({ state: 'detached' });
      await page.locator('.tab', { hasText: '.dockerignore' }).first().waitFor();
      await shot('fixed');
    });

    await step('Save All and Copy saves the ignore file and copies the command', async () => {
      await page.locator('.notifications-toasts .monaco-button', { hasText: /^Save All and Copy$/ }).click();
      const ignore = path.join(folder, '.dockerignore');
      await window.until('the file is written', () => readFileSync(ignore, 'utf8').includes('**/.venv'));
      await window.until('the command in the clipboard', async () => {
        const copied = await page.evaluate(() => navigator.clipboard.readText());
        return /^docker compose .*up --build -V$/.test(copied);
      });
    });

    await step('fix-all on save repairs the saved file alone', async () => {
      const before = readFileSync(path.join(folder, 'deploy/docker-compose.dev.yml'), 'utf8');
      writeFileSync(path.join(folder, '.dockerignore'), 'frontend/node_modules\n/.venv\n');
      await window.counts(/\b1 (error|warning)\b/);
      await window.openFile('.dockerignore');
      await page.keyboard.press('Control+End');
      await page.keyboard.type('# saved');
      await page.keyboard.press('Control+s');
      const ignore = path.join(folder, '.dockerignore');
      await window.until('the fixed file on the disk', () => readFileSync(ignore, 'utf8').includes('**/.venv'));
      assert.match(readFileSync(ignore, 'utf8'), /# saved/);
      assert.equal(readFileSync(path.join(folder, 'deploy/docker-compose.dev.yml'), 'utf8'), before);
      await window.until('no error is left', async () => !/error/.test(await window.status()));
    });

    await step('the build context is shown', async () => {
      await window.openFile(DOCKERFILE);
      await window.command('shipworthy: Show the Build Context');
      await page.locator('.tab', { hasText: 'Build context' }).first().waitFor();
      await page.waitForTimeout(1500);
      await shot('context');
    });

    await step('the walkthrough has three steps with pictures', async () => {
      await window.command('Open Walkthrough');
      const input = page.locator('.quick-input-widget input').first();
      await input.waitFor({ state: 'visible' });
      await input.fill('Ship what');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Ship what you mean to ship' }).first().click();
      const steps = page.locator('.gettingStartedContainer .getting-started-step');
      await window.until('three steps', async () => (await steps.count()) === 3);
      await window.until('a picture', () =>
        page.locator('.gettingStartedContainer .getting-started-media img').first().evaluate((image) => image.naturalWidth > 0),
      );
      await shot('walkthrough');
    });
  } catch {
    // The step that failed stands in the lines.
  } finally {
    await window.close();
  }
  return lines;
}

/** Milliseconds until `1 error` stands in the status bar, for a first and a second window. */
async function startTimes(chromium, code) {
  const folder = article();
  const lines = [];
  const context = await chromium.newContext({ viewport: SIZE });
  for (const name of ['first', 'second']) {
    const window = new Window();
    window.context = context;
    window.page = await context.newPage();
    const marks = [['page asked for', Date.now()]];
    const mark = (text) => marks.push([text, Date.now()]);
    await window.page.goto(code.address(folder));
    await window.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: LIMIT_MS });
    mark('folder shown');
    await window.until('the extension', () => window.status(), LIMIT_MS, 10);
    mark('extension active');
    await window.until('the error', async () => /\b1 error\b/.test(await window.status()), LIMIT_MS, 10);
    mark('1 error');
    const steps = marks.slice(1).map(([text, time], index) => `${text} +${time - marks[index][1]} ms`);
    lines.push(`   ${name} window: ${steps.join(', ')}`);
    await window.page.close();
  }
  await context.close();
  return lines;
}

export async function uiTests(chromium, code, { shots }) {
  const lines = await startTimes(chromium, code);
  for (const theme of Object.keys(THEMES)) lines.push(...(await walk(chromium, code, theme, shots)));
  return { passed: !lines.some((line) => line.startsWith('FAILED')), lines };
}
