// Bad surroundings: the client says once what is wrong, and stays usable.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { Code, temporary } from './code.mjs';
import { article, fakePython } from './projects.mjs';
import { Window } from './ui.mjs';

/** A PATH on which there is no Python. */
function bare() {
  const folder = temporary('bin');
  for (const name of ['sh', 'bash', 'env', 'cat', 'ls', 'uname', 'sed', 'ps', 'which']) {
    const file = path.join('/bin', name);
    symlinkSync(file, path.join(folder, name));
  }
  return { ...process.env, PATH: folder };
}

const CASES = [
  {
    name: 'no Python',
    env: bare,
    settings: {},
    says: /needs Python 3\.10 or newer and found no Python/,
  },
  {
    name: 'a Python that is too old',
    settings: { 'shipworthy.interpreter': () => fakePython([3, 8], 'exit 1') },
    says: /needs Python 3\.10 or newer, and .* is Python 3\.8/,
  },
  {
    name: 'a setting that names no Python',
    settings: { 'shipworthy.interpreter': () => '/nowhere/python3' },
    says: /`shipworthy\.interpreter` \(\/nowhere\/python3\) is no Python/,
  },
  {
    name: 'a server that ends at its start, three times',
    settings: {
      'shipworthy.interpreter': () => fakePython([3, 12], 'echo "boom at start" >&2; exit 3'),
    },
    says: /ended 3 times .*boom at start/,
    log: true,
  },
];

async function oneCase(chromium, code, { name, settings, says, log }, shots) {
  const values = Object.entries(settings).map(([key, make]) => [key, make()]);
  code.settings(Object.fromEntries(values));
  const window = await Window.open(chromium, code, article());
  try {
    const seen = async () => (await window.notifications()).filter((text) => says.test(text));
    const file = path.join(shots, `fault-${name.replace(/\W+/g, '-')}.png`);
    try {
      await window.until(`a message for ${name}`, async () => (await seen()).length > 0);
    } catch (error) {
      await window.shot(file);
      throw error;
    }
    // Long enough for a second message, if there were one.
    await window.page.waitForTimeout(2500);
    await window.shot(file);
    const messages = await window.notifications();
    assert.equal(messages.length, 1, messages.join('\n---\n'));
    assert.match(await window.status(), /shipworthy/);
    await window.openFile('deploy/backend/Dockerfile.dev');
    if (log) {
      await window.page.locator('.notifications-toasts .monaco-button', { hasText: /^Show Log$/ }).click();
      // Its text is not shown without VS Code's native logging, which this package of it lacks.
      await window.page.locator('.panel .composite.title', { hasText: 'Output' }).waitFor();
    }
  } finally {
    await window.close();
  }
}

/** In an untrusted folder the server runs, and a Python that the folder's settings name does not. */
async function untrusted(chromium, version, vsix) {
  const folder = article();
  const marker = path.join(folder, 'was-run');
  const own = fakePython([3, 12], `touch ${marker}; exit 1`);
  
  mkdirSync(path.join(folder, '.vscode'));
  writeFileSync(path.join(folder, '.vscode/settings.json'), JSON.stringify({ 'shipworthy.interpreter': own }));
  const code = await Code.start(version, vsix, { trust: true });
  try {
    const window = await Window.open(chromium, code, folder);
    try {
      await window.counts(/\b1 error\b/);
      assert.equal(existsSync(marker), false, 'the Python of the folder was run');
      const restricted = window.page.locator('#status\\.workspaceTrust\\.restricted, [id*="workspaceTrust"]');
      assert.ok((await restricted.count()) > 0, 'the window is not restricted');
    } finally {
      await window.close();
    }
  } finally {
    code.stop();
  }
}

export async function faultTests(chromium, code, { shots, version, vsix }) {
  const lines = [];
  const check = async (name, work) => {
    const began = Date.now();
    try {
      await work();
      lines.push(`ok ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      lines.push(`FAILED ${name}: ${error.stack}`);
    }
  };
  for (const fault of CASES) {
    await check(fault.name, async () => {
      const own = fault.env ? await Code.start(version, vsix, { env: fault.env() }) : code;
      try {
        await oneCase(chromium, own, fault, shots);
      } finally {
        if (own !== code) own.stop();
      }
    });
  }
  await check('an untrusted folder', () => untrusted(chromium, version, vsix));
  return { passed: !lines.some((line) => line.startsWith('FAILED')), lines };
}
