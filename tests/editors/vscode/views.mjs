// What a person sees besides findings: lenses, hints, hovers, completion, rename, refactorings.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { project } from './projects.mjs';
import { tour } from './tour.mjs';
import { Window } from './ui.mjs';

const SETTINGS = {
  'workbench.colorTheme': 'Default Light Modern',
  'window.autoDetectColorScheme': false,
  'shipworthy.lenses': true,
  'shipworthy.inlayHints': true,
};

/** Line and column, 1-based, of a text in a file of the folder. */
function placeOf(folder, file, text, offset = 0) {
  const before = readFileSync(path.join(folder, file), 'utf8').split(text);
  assert.ok(before.length > 1, `${text} in ${file}`);
  const lines = before[0].split('\n');
  return [lines.length, lines.at(-1).length + 1 + offset];
}

export async function viewTests(chromium, code, { shots }) {
  code.settings(SETTINGS);
  const folder = tour();
  const window = await Window.open(chromium, code, folder);
  const { page } = window;
  const shot = (name) => window.shot(path.join(shots, `view-${name}.png`));
  const lines = [];
  const step = async (name, work) => {
    const began = Date.now();
    try {
      await work();
    } catch (error) {
      await shot('failed').catch(() => undefined);
      lines.push(`FAILED ${name}: ${error.stack}`);
      throw error;
    }
    lines.push(`ok ${name} (${Date.now() - began} ms)`);
  };
  const goTo = async (file, text, offset) => {
    await window.openFile(file);
    await window.goTo(...placeOf(folder, file, text, offset));
  };
  const lens = (text) => page.locator('.codelens-decoration a', { hasText: text }).first();
  const hover = async (file, text, offset, expected, name) => {
    await goTo(file, text, offset);
    const shown = page.locator('.monaco-hover:visible', { hasText: expected }).first();
    // The hover of a place that the editor has not scrolled to yet closes at once: ask again.
    await window.until(`the hover of ${text}`, async () => {
      await page.keyboard.press('Control+k');
      await page.keyboard.press('Control+i');
      return shown.waitFor({ timeout: 3000 }).then(() => true, () => false);
    });
    await shot(`hover-${name}`);
    await page.keyboard.press('Escape');
  };
  const suggestions = page.locator('.suggest-widget.visible .monaco-list-row');
  const suggest = async (row) => {
    await page.keyboard.press('Control+Space');
    await suggestions.filter({ hasText: row }).first().waitFor();
  };

  try {
    await step('lenses and inlay hints stand in the Dockerfile', async () => {
      await window.openFile('Dockerfile');
      await lens('built by web, worker').waitFor();
      await lens('context: ').waitFor();
      await page.locator('.view-line', { hasText: '= 3.13' }).first().waitFor();
      await shot('lenses');
    });

    await step('the lens of the builds peeks at their services', async () => {
      await lens('built by web, worker').click();
      const peek = page.locator('.peekview-widget');
      await window.until('both services', async () => {
        const rows = await peek.locator('.monaco-list-row').allInnerTexts();
        return rows.join(' ').replace(/\s+/g, ' ').trim() === 'web: worker:';
      });
      await peek.locator('.view-line', { hasText: 'context: .' }).first().waitFor();
      await shot('peek');
      await page.keyboard.press('Escape');
      await peek.waitFor({ state: 'detached' });
    });

    await step('the lens of the context shows what is sent', async () => {
      await lens('context: ').click();
      await page.locator('.tab', { hasText: 'Build context' }).first().waitFor();
      const preview = page.frameLocator('iframe.webview.ready').frameLocator('iframe').locator('body');
      await preview.getByText('data').first().waitFor();
      await shot('context');
      await window.command('View: Close All Editors');
    });

    await step('hovers of a COPY source, a pattern, a volume', async () => {
      await hover('Dockerfile', 'notes.txt', 2, 'excludes it', 'source');
      await hover('Dockerfile', 'COPY src/', 1, 'kept out', 'copy');
      await hover('Dockerfile', 'uv sync', 4, 'the lock agrees', 'command');
      await hover('.dockerignore', '*.txt', 2, 'notes.txt', 'pattern');
      await hover('compose.yaml', '.:/srv', 3, 'Mounts of', 'volume');
    });

    await step('completion offers what the build sees, and what it does not', async () => {
      await goTo('Dockerfile', 'COPY src/', 0);
      await page.keyboard.press('Home');
      await page.keyboard.type('COPY ');
      await suggest('pyproject.toml');
      await shot('completion-paths');
      await suggestions.filter({ hasText: 'notes.txt' }).filter({ hasText: 'hidden from the build' }).waitFor();
      await page.keyboard.press('Escape');
      await window.command('File: Revert File');
    });

    await step('completion documents what it offers', async () => {
      await goTo('compose.yaml', 'depends_on:', 4);
      await suggest('depends_on');
      const docs = page.locator('.suggest-details', { hasText: 'Services that start first' });
      await window.until('the documentation', async () => {
        await page.keyboard.press('Control+Space');
        return docs.waitFor({ timeout: 2000 }).then(() => true, () => false);
      });
      await shot('completion-docs');
      await page.keyboard.press('Escape');
    });

    await step('a rename is previewed and reaches the compose file', async () => {
      await goTo('Dockerfile', 'AS build', 4);
      const input = page.locator('.rename-box input');
      await page.keyboard.press('F2');
      await input.waitFor();
      await input.fill('wheels');
      await input.press('Control+Enter');
      const preview = page.locator('.bulk-edit-panel');
      await preview.locator('.monaco-list-row', { hasText: 'compose.yaml' }).first().waitFor();
      await shot('rename-preview');
      await preview.locator('.monaco-button', { hasText: 'Apply' }).first().click();
      await window.until('both files', async () => {
        await page.keyboard.press('Control+k');
        await page.keyboard.press('s');
        const read = (name) => readFileSync(path.join(folder, name), 'utf8');
        return read('Dockerfile').includes('FROM python:${PYTHON}-slim-bookworm AS wheels') && read('compose.yaml').includes('target: wheels');
      });
    });

    await step('the menu offers fixes and refactorings of a mount', async () => {
      await goTo('compose.yaml', '.:/srv', 3);
      await page.keyboard.press('Control+.');
      const rows = page.locator('.action-widget .monaco-list-row.action');
      await rows.filter({ hasText: 'develop.watch' }).first().waitFor();
      await shot('menu');
      const titles = await rows.allInnerTexts();
      assert.deepEqual([...new Set(titles)], titles);
      await page.keyboard.press('Escape');
    });
  } catch {
    // The step that failed stands in the lines.
  } finally {
    await window.close();
  }
  if (!lines.some((line) => line.startsWith('FAILED'))) {
    await confirmed(chromium, code, shots).then(
      (line) => lines.push(line),
      (error) => lines.push(`FAILED a change that asks: ${error.stack}`),
    );
  }
  return { passed: !lines.some((line) => line.startsWith('FAILED')), lines };
}

/** A refactoring that changes what is built is shown before it is done. */
async function confirmed(chromium, code, shots) {
  const began = Date.now();
  const folder = project({ Dockerfile: 'FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n', 'app.py': '' });
  const window = await Window.open(chromium, code, folder);
  const { page } = window;
  try {
    await window.openFile('Dockerfile');
    await page.locator('.codelens-decoration').first().waitFor();
    await window.goTo(2, 3);
    await window.command('Source Action...');
    const rows = page.locator('.action-widget .monaco-list-row.action');
    await rows.filter({ hasText: '.dockerignore' }).first().waitFor();
    const chosen = page.locator('.action-widget .monaco-list-row.focused', { hasText: '.dockerignore' });
    await window.until('the row of the ignore file', async () => {
      if (await chosen.isVisible()) return true;
      await page.keyboard.press('ArrowDown');
      return false;
    });
    await page.keyboard.press('Enter');
    const preview = page.locator('.bulk-edit-panel');
    await preview.locator('.monaco-list-row', { hasText: '.dockerignore' }).first().waitFor();
    assert.equal(existsSync(path.join(folder, '.dockerignore')), false);
    await window.shot(path.join(shots, 'view-confirm.png'));
    // What has to be confirmed is not ticked yet.
    await preview.locator('.monaco-list-row :is(.monaco-custom-toggle, input[type=checkbox])').first().click();
    await preview.locator('.monaco-button:not(.disabled)', { hasText: 'Apply' }).first().click();
    await window.until('the file', () => existsSync(path.join(folder, '.dockerignore')));
    return `ok a change that asks is previewed, then made (${Date.now() - began} ms)`;
  } catch (error) {
    await window.shot(path.join(shots, 'view-failed.png')).catch(() => undefined);
    throw error;
  } finally {
    await window.close();
  }
}
