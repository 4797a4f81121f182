// The client and the server in a Japanese VS Code.
import * as path from 'node:path';
import { Code } from './code.mjs';
import { article } from './projects.mjs';
import { Window } from './ui.mjs';

export async function japaneseTests(chromium, _code, { shots, version, vsix }) {
  const lines = [];
  const code = await Code.start(version, vsix, { locale: 'ja' });
  const began = Date.now();
  try {
    code.settings({ 'shipworthy.lenses': true });
    const window = await Window.open(chromium, code, article(), { locale: 'ja-JP' });
    try {
      await window.counts(/エラー 1 件/);
      await window.page.locator('[id*="shipworthy.status"]').first().click();
      const problems = window.page.locator('.markers-panel');
      await problems.locator('.monaco-list-row', { hasText: /コピー/ }).first().waitFor();
      await window.openFile('deploy/backend/Dockerfile.dev');
      await window.page.locator('.codelens-decoration', { hasText: 'コンテキスト' }).first().waitFor();
      await window.goTo(16, 8);
      await window.page.keyboard.press('Control+k');
      await window.page.keyboard.press('Control+i');
      await window.page.locator('.monaco-hover:visible', { hasText: 'ファイル' }).first().waitFor();
      await window.shot(path.join(shots, 'japanese.png'));
      await window.page.keyboard.press('Escape');
      await window.command('ルールの説明');
      lines.push(`ok status, findings and commands are Japanese (${Date.now() - began} ms)`);
    } catch (error) {
      await window.shot(path.join(shots, 'japanese.png'));
      throw error;
    } finally {
      await window.close();
    }
  } catch (error) {
    lines.push(`FAILED Japanese: ${error.stack}`);
  } finally {
    code.stop();
  }
  return { passed: !lines.some((line) => line.startsWith('FAILED')), lines };
}
