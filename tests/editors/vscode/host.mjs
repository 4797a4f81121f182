// Extension-host tests: the real `vscode` API with the installed .vsix.
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code, runSuite, temporary } from './code.mjs';
import { article } from './projects.mjs';
import { tour } from './tour.mjs';

const HOST = fileURLToPath(new URL('./host', import.meta.url));

function twoFolders() {
  const parent = temporary('two');
  const folders = ['first', 'second'].map((name) => ({ path: article('shop', path.join(parent, name)) }));
  const file = path.join(parent, 'two.code-workspace');
  writeFileSync(file, JSON.stringify({ folders }));
  return file;
}

/** The lines that each suite printed, and whether all passed. */
export async function hostTests(chromium, _code, { version, vsix }) {
  const suites = { article: article(), folders: twoFolders(), tour: tour() };
  const lines = [];
  let passed = true;
  for (const [name, target] of Object.entries(suites)) {
    const suite = { extension: HOST, suite: path.join(HOST, `${name}.js`) };
    // A server of its own: in 1.100 the window that was closed can keep the next one waiting.
    const code = await Code.start(version, vsix, { suites: true });
    const result = await runSuite(chromium, code, target, suite).finally(() => code.stop());
    lines.push(...result.lines);
    if (result.code !== 0) {
      passed = false;
      lines.push(`FAILED suite ${name}: ended with ${result.code}`);
    }
  }
  return { passed, lines };
}
