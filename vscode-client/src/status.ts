/** The status item: what the server does, and how many findings there are. */

import * as vscode from 'vscode';
import { type Counts, type Severity, Tally } from './counts';

/** `source` of the server's diagnostics. */
const SOURCE = 'shipworthy';

const SEVERITY_OF: Record<vscode.DiagnosticSeverity, Severity> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'info',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

export type State = 'starting' | 'running' | 'stopped';

export class Status implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    'shipworthy.status',
    vscode.StatusBarAlignment.Left,
  );
  readonly #tally = new Tally();
  readonly #watch: vscode.Disposable;
  #state: State = 'starting';
  #detail = '';

  constructor() {
    this.#item.name = 'shipworthy';
    this.#watch = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) this.#count(uri);
      this.#show();
    });
    this.#show();
    this.#item.show();
  }

  /** `detail` says why there is no server, or which Python runs it. */
  set(state: State, detail: string): void {
    this.#state = state;
    this.#detail = detail;
    this.#show();
  }

  get text(): string {
    return this.#item.text;
  }

  dispose(): void {
    this.#watch.dispose();
    this.#item.dispose();
  }

  #count(uri: vscode.Uri): void {
    const own = vscode.languages.getDiagnostics(uri).filter((item) => item.source === SOURCE);
    this.#tally.set(uri.toString(), own.map((item) => SEVERITY_OF[item.severity]));
  }

  #show(): void {
    const counts = this.#tally.total();
    const shown = words([
      [counts.error, 'error'],
      [counts.warning, 'warning'],
    ]);
    const stopped = this.#state === 'stopped';
    this.#item.text = `$(${icon(this.#state)}) ${stopped || shown === '' ? 'shipworthy' : shown}`;
    this.#item.command = stopped ? 'shipworthy.showOutput' : 'workbench.actions.view.problems';
    this.#item.backgroundColor = stopped
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    this.#item.tooltip = this.#tooltip(counts);
    this.#item.accessibilityInformation = { label: `shipworthy: ${shown || this.#detail}` };
  }

  #tooltip(counts: Counts): vscode.MarkdownString {
    const all = words([
      [counts.error, 'error'],
      [counts.warning, 'warning'],
      [counts.info, 'info'],
      [counts.hint, 'hint'],
    ]);
    const nothing = this.#state === 'running' ? vscode.l10n.t('Nothing found.') : '';
    const tooltip = new vscode.MarkdownString(undefined, true);
    tooltip.isTrusted = { enabledCommands: ['shipworthy.restart', 'shipworthy.showOutput'] };
    tooltip.appendMarkdown('**shipworthy**\n\n');
    tooltip.appendText(all || nothing);
    tooltip.appendMarkdown('\n\n');
    tooltip.appendText(this.#detail);
    const restart = vscode.l10n.t('Restart');
    const output = vscode.l10n.t('Show Output');
    tooltip.appendMarkdown(
      `\n\n[$(refresh) ${restart}](command:shipworthy.restart) · ` +
        `[$(output) ${output}](command:shipworthy.showOutput)`,
    );
    return tooltip;
  }
}

function icon(state: State): string {
  if (state === 'starting') return 'loading~spin';
  return state === 'stopped' ? 'warning' : 'package';
}

function words(counts: readonly (readonly [number, Severity])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, severity]) => counted(count, severity))
    .join(', ');
}

function counted(count: number, severity: Severity): string {
  const one = count === 1;
  switch (severity) {
    case 'error':
      return one ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', count);
    case 'warning':
      return one ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', count);
    case 'info':
      return one ? vscode.l10n.t('1 info') : vscode.l10n.t('{0} infos', count);
    case 'hint':
      return one ? vscode.l10n.t('1 hint') : vscode.l10n.t('{0} hints', count);
  }
}
