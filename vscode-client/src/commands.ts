/** The palette's commands: each asks the server and shows the answer. */

import * as vscode from 'vscode';
import type { Location, Middleware, Position } from 'vscode-languageclient/node';
import { type SentContext, contextPage } from './context';
import type { Pages } from './pages';
import type { Server } from './server';

/** The server's own commands; the client's have other names, so that neither hides the other. */
const SERVER = {
  explain: 'shipworthy.explain',
  context: 'shipworthy.showContext',
  fixAll: 'shipworthy.fixAllInWorkspace',
  createIgnoreFile: 'shipworthy.createIgnoreFile',
} as const;

interface RulePage {
  readonly rule: string;
  readonly markdown: string;
}

interface FixedAll {
  readonly fixed: number;
  readonly withheld: number;
  readonly files: readonly string[];
  readonly afterwards: readonly string[];
}

/** The client's own commands that the server may name: in code actions and code lenses. */
export const OFFERED = [
  'shipworthy.afterwards',
  'shipworthy.showBuildContext',
  'shipworthy.showReferences',
] as const;

/** Code actions name the server's commands: show what those answer. */
export function answers(pages: Pages): Middleware {
  return {
    executeCommand: async (command, args, next) => {
      const answer: unknown = await next(command, args);
      if (command === SERVER.explain && answer) {
        const page = answer as RulePage;
        await pages.show(page.rule, page.markdown);
      }
      return answer;
    },
  };
}

export function registerCommands(
  server: Server,
  pages: Pages,
  log: vscode.LogOutputChannel,
  rules: () => readonly string[],
): vscode.Disposable[] {
  const register = vscode.commands.registerCommand;
  return [
    register('shipworthy.restart', () => server.restart()),
    register('shipworthy.showOutput', () => log.show()),
    register('shipworthy.explainRule', (rule?: unknown) => explain(server, pages, rules, rule)),
    register('shipworthy.showBuildContext', (uri?: unknown) => showContext(server, pages, uri)),
    register('shipworthy.createDockerignore', (uri?: unknown) => createIgnoreFile(server, uri)),
    register('shipworthy.fixWorkspace', () => fixWorkspace(server)),
    register('shipworthy.showReferences', showReferences),
    // Not awaited: the fix is applied, whatever the user does with the offer.
    register('shipworthy.afterwards', (commands: unknown) => void afterwards(commands)),
  ];
}

async function explain(
  server: Server,
  pages: Pages,
  rules: () => readonly string[],
  given: unknown,
): Promise<void> {
  const placeHolder = vscode.l10n.t('The rule to explain; those that found something come first');
  const rule =
    typeof given === 'string'
      ? given
      : await vscode.window.showQuickPick(reportedFirst(rules()), { placeHolder });
  if (rule === undefined) return;
  const page = await server.ask<RulePage>(SERVER.explain, rule);
  if (page !== undefined) await pages.show(page.rule, page.markdown);
}

function reportedFirst(rules: readonly string[]): string[] {
  const reported = vscode.languages
    .getDiagnostics()
    .flatMap(([, items]) => items)
    .filter((item) => item.source === 'shipworthy')
    .map((item) => (typeof item.code === 'object' ? item.code.value : item.code))
    .map(String);
  return [...new Set([...reported.sort(), ...rules])].filter((rule) => rules.includes(rule));
}

async function showContext(server: Server, pages: Pages, given: unknown): Promise<void> {
  const uri = targetOf(given);
  if (uri === undefined) return;
  const builds = await server.ask<SentContext[]>(SERVER.context, uri.toString());
  if (builds === undefined) return;
  const name = vscode.workspace.asRelativePath(uri, false);
  if (builds.length === 0) {
    const none = vscode.l10n.t('No build reads {0}. Open a Dockerfile, an ignore file or a compose file.', name);
    void vscode.window.showInformationMessage(none);
    return;
  }
  const words = {
    title: vscode.l10n.t('What the builds of {0} send', name),
    unknown: vscode.l10n.t('The context is decided outside these files.'),
    context: vscode.l10n.t('Context'),
    ignoreFile: vscode.l10n.t('ignore file'),
    noIgnoreFile: vscode.l10n.t('no ignore file'),
    path: vscode.l10n.t('Path'),
    files: vscode.l10n.t('Files'),
    size: vscode.l10n.t('Size'),
    share: vscode.l10n.t('Share'),
    total: vscode.l10n.t('Total'),
  };
  await pages.show(vscode.l10n.t('Build context'), contextPage(builds, words));
}

/** Let the user look at the places that a code lens names. */
async function showReferences(uri: string, at: Position, places: readonly Location[]): Promise<void> {
  await vscode.commands.executeCommand(
    'editor.action.showReferences',
    vscode.Uri.parse(uri),
    positionOf(at),
    places.map(
      ({ uri: file, range: { start, end } }) =>
        new vscode.Location(
          vscode.Uri.parse(file),
          new vscode.Range(positionOf(start), positionOf(end)),
        ),
    ),
  );
}

function positionOf({ line, character }: Position): vscode.Position {
  return new vscode.Position(line, character);
}

async function createIgnoreFile(server: Server, given: unknown): Promise<void> {
  const uri = targetOf(given) ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (uri === undefined) return;
  const made = await server.ask<{ uri: string; created: boolean }>(
    SERVER.createIgnoreFile,
    uri.toString(),
  );
  if (made !== undefined) await openWhenThere(vscode.Uri.parse(made.uri));
}

/** The server's edit arrives on its own way: the file may be a moment behind the answer. */
async function openWhenThere(uri: vscode.Uri): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      await vscode.window.showTextDocument(uri);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function fixWorkspace(server: Server): Promise<void> {
  const title = vscode.l10n.t('shipworthy: fixing');
  const progress = { location: vscode.ProgressLocation.Window, title };
  const result = await vscode.window.withProgress(progress, () =>
    server.ask<FixedAll>(SERVER.fixAll),
  );
  if (result === undefined) return;
  if (result.fixed === 0) {
    const none = vscode.l10n.t('Nothing here has a safe fix.');
    void vscode.window.showInformationMessage(none);
    return;
  }
  const done = vscode.l10n.t('Fixed: {0}, in files: {1}.', result.fixed, result.files.length);
  await offer(done, result.afterwards);
}

async function afterwards(commands: unknown): Promise<void> {
  if (!Array.isArray(commands)) return;
  const lines = commands.filter((item): item is string => typeof item === 'string');
  if (lines.length > 0) await offer(vscode.l10n.t('Fixed.'), lines);
}

/** Offer the commands to run next. They are never run here, and they read what is on the disk. */
async function offer(done: string, commands: readonly string[]): Promise<void> {
  const unsaved = unsavedFiles().length > 0;
  const line = commands.join(' && ');
  const save = vscode.l10n.t('Save All');
  const copy = unsaved ? vscode.l10n.t('Save All and Copy') : vscode.l10n.t('Copy');
  const terminal = unsaved
    ? vscode.l10n.t('Save All, to Terminal')
    : vscode.l10n.t('To Terminal');
  const message = line === '' ? done : `${done} ${vscode.l10n.t('Run next: {0}', line)}`;
  const offers = line === '' ? (unsaved ? [save] : []) : [copy, terminal];
  const chosen = await vscode.window.showInformationMessage(message, ...offers);
  if (chosen === undefined) return;
  if (unsaved) await saveAll();
  if (chosen === copy) await vscode.env.clipboard.writeText(line);
  if (chosen === terminal) {
    const shell = vscode.window.activeTerminal ?? vscode.window.createTerminal();
    shell.show();
    shell.sendText(line, false);
  }
}

function unsavedFiles(): vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && !document.isUntitled,
  );
}

/** VS Code's own "save all" misses a file that an edit has just opened in the background. */
async function saveAll(): Promise<void> {
  for (const document of unsavedFiles()) await document.save();
}

/** The file that a menu or a code lens names, else the active one. */
function targetOf(given: unknown): vscode.Uri | undefined {
  if (typeof given === 'string') return vscode.Uri.parse(given);
  return given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
}
