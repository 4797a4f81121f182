/** The thin client: starts the server and shows what it says. */

import * as vscode from 'vscode';
import { answers, registerCommands } from './commands';
import { Pages } from './pages';
import { Server } from './server';
import { SECTION } from './settings';
import { Status } from './status';

let server: Server | undefined;

/** What other extensions, and the tests, can ask. */
export interface Api {
  /** The text of the status item. */
  status(): string;
  serverProcessId(): number | undefined;
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('shipworthy', { log: true });
  const status = new Status();
  const pages = new Pages();
  const started = new Server(context, log, status, answers(pages));
  server = started;
  const rules = (): readonly string[] => ruleNames(context.extension.packageJSON);
  context.subscriptions.push(
    log,
    status,
    pages,
    started,
    ...registerCommands(started, pages, log, rules),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const own = ['interpreter', 'language'].map((name) => `${SECTION}.${name}`);
      if (own.some((name) => change.affectsConfiguration(name))) void started.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  void started.start();
  return { status: () => status.text, serverProcessId: () => started.processId };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** The rules that the generated settings list. */
function ruleNames(manifest: unknown): readonly string[] {
  const properties = (manifest as Manifest).contributes.configuration.properties;
  return properties[`${SECTION}.select`]?.items?.enum ?? [];
}

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: Record<string, { readonly items?: { readonly enum?: string[] } } | undefined>;
    };
  };
}
