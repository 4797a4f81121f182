/** The server's life: started with a chosen Python, started again when it ends by itself. */

import { type ChildProcess, spawn } from 'node:child_process';
import * as vscode from 'vscode';
import {
  CloseAction,
  type DocumentSelector,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
} from 'vscode-languageclient/node';
import { OFFERED } from './commands';
import { Crashes, LIMIT, WINDOW_MS } from './crashes';
import { findInterpreter } from './interpreter';
import { configuration, language } from './settings';
import type { Status } from './status';

const BUNDLE = 'bundled';
const STORED_BYTECODE = 'pycache';
/** Ends of which the user is told nothing are still no reason to spin. */
const RESTART_DELAY_MS = 300;
const STOP_TIMEOUT_MS = 2000;
const LAST_WORDS_LENGTH = 200;

const SELECTOR: DocumentSelector = [
  ...['dockerfile', 'dockercompose', 'dockerignore'].flatMap((id) => [
    { scheme: 'file', language: id },
    { scheme: 'untitled', language: id },
  ]),
  { scheme: 'file', pattern: '**/*.{yml,yaml}' },
  { scheme: 'file', pattern: '**/*[dD]ockerfile*' },
  { scheme: 'file', pattern: '**/[cC]ontainerfile*' },
  { scheme: 'file', pattern: '**/*.{dockerignore,containerignore}' },
  { scheme: 'file', pattern: '**/{pyproject,shipworthy}.toml' },
  { scheme: 'file', pattern: '**/{uv.lock,.python-version,package.json,*requirements*.txt}' },
  { scheme: 'file', pattern: '**/.env*' },
];

/** What the user has to know is said here, once; the library's own pop-ups go to the log. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override warn(message: string, data?: unknown): void {
    super.warn(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #status: Status;
  readonly #middleware: Middleware;
  readonly #crashes = new Crashes();
  #client: LanguageClient | undefined;
  #process: ChildProcess | undefined;
  /** Starts and stops wait for each other: only one server may publish at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  #wanted = false;
  /** The last line that the server wrote to stderr: of a trace, what went wrong. */
  #lastWords = '';

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    status: Status,
    middleware: Middleware,
  ) {
    this.#context = context;
    this.#log = log;
    this.#status = status;
    this.#middleware = { ...middleware, workspace: { configuration } };
  }

  get processId(): number | undefined {
    return this.#process?.pid;
  }

  start(): Promise<void> {
    this.#wanted = true;
    return this.#enqueue(() => this.#start(false));
  }

  /** Stop and start again, with nothing remembered of earlier ends or of the Python used. */
  restart(): Promise<void> {
    this.#crashes.forget();
    this.#wanted = true;
    return this.#enqueue(async () => {
      await this.#stop();
      await this.#start(true);
    });
  }

  stop(): Promise<void> {
    this.#wanted = false;
    return this.#enqueue(() => this.#stop());
  }

  dispose(): void {
    void this.stop();
  }

  /** Run a command of the server; undefined, and a message, when there is no server. */
  async ask<T>(command: string, ...args: readonly unknown[]): Promise<T | undefined> {
    await this.#queue;
    if (this.#client === undefined) {
      await this.#tell(vscode.l10n.t('shipworthy is not running.'), 'restart', 'log');
      return undefined;
    }
    const params = { command, arguments: [...args] };
    return (await this.#client.sendRequest(ExecuteCommandRequest.type, params)) as T;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #start(fresh: boolean): Promise<void> {
    this.#status.set('starting', vscode.l10n.t('Starting.'));
    const storage = this.#context.globalStorageUri;
    await vscode.workspace.fs.createDirectory(storage);
    const found = await findInterpreter(storage.fsPath, this.#context.globalState, fresh);
    if (found.kind !== 'ok') {
      this.#status.set('stopped', found.message);
      this.#log.error(found.message);
      void this.#tell(found.message, 'settings', 'log');
      return;
    }
    const { path, version } = found.interpreter;
    const python = `Python ${version.join('.')}: ${path}`;
    this.#log.info(python);
    const client = new QuietClient(
      'shipworthy',
      'shipworthy',
      () => this.#spawn(path, storage.fsPath),
      this.#options(),
    );
    this.#client = client;
    try {
      await client.start();
    } catch (error) {
      // The process' end decides what follows; one that hangs has to be ended first.
      this.#log.error(`start: ${String(error)}`);
      this.#process?.kill('SIGKILL');
      return;
    }
    if (this.#client === client) this.#status.set('running', python);
  }

  async #spawn(python: string, storage: string): Promise<ChildProcess> {
    const bundle = vscode.Uri.joinPath(this.#context.extensionUri, BUNDLE).fsPath;
    const bytecode = vscode.Uri.joinPath(this.#context.globalStorageUri, STORED_BYTECODE).fsPath;
    // Isolated: neither PYTHON* variables nor modules of the project can change the server.
    const args = ['-I', '-X', `pycache_prefix=${bytecode}`, '-X', 'utf8', bundle, 'lsp', '--stdio'];
    const child = spawn(python, args, { cwd: storage, windowsHide: true });
    this.#process = child;
    this.#lastWords = '';
    child.stderr.on('data', (chunk: Buffer) => {
      const line = chunk.toString().trimEnd().split('\n').pop() ?? '';
      if (line !== '') this.#lastWords = line.slice(0, LAST_WORDS_LENGTH);
    });
    // Not `exit`: by `close`, what it wrote has been read.
    child.once('close', (code, signal) => this.#ended(child, code ?? signal));
    // Writing to a process that is gone is an error of the stream, and no news.
    child.stdin.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        reject(error);
        this.#ended(child, error.message);
      });
    });
    return child;
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      outputChannel: this.#log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { commands: OFFERED, language: language() },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
      middleware: this.#middleware,
      markdown: { isTrusted: false },
    };
  }

  /** A process is gone. When nobody asked for that, start anew or say once that it is no use. */
  #ended(child: ChildProcess, how: number | string | null): void {
    if (child !== this.#process) return;
    this.#process = undefined;
    if (!this.#wanted) return;
    this.#log.warn(`the server ended: ${how}`);
    if (this.#crashes.restartAfter(Date.now())) {
      this.#status.set('starting', vscode.l10n.t('Starting again.'));
      void this.#enqueue(async () => {
        await new Promise((resolve) => setTimeout(resolve, RESTART_DELAY_MS));
        await this.#stop();
        if (this.#wanted) await this.#start(true);
      });
      return;
    }
    const message = vscode.l10n.t(
      'The shipworthy server ended {0} times within {1} minutes, at last with: {2}',
      LIMIT,
      WINDOW_MS / 60_000,
      this.#lastWords || String(how),
    );
    this.#status.set('stopped', message);
    void this.#enqueue(() => this.#stop());
    void this.#tell(message, 'log', 'restart');
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    const child = this.#process;
    this.#client = undefined;
    this.#process = undefined;
    if (client === undefined) return;
    try {
      await client.dispose(STOP_TIMEOUT_MS);
    } catch (error) {
      this.#log.debug(`stop: ${String(error)}`);
    }
    client.diagnostics?.dispose();
    child?.kill();
  }

  async #tell(message: string, ...offers: readonly ('log' | 'restart' | 'settings')[]): Promise<void> {
    const titles = {
      log: vscode.l10n.t('Show Log'),
      restart: vscode.l10n.t('Restart'),
      settings: vscode.l10n.t('Open Settings'),
    };
    const items = offers.map((offer) => ({ title: titles[offer], offer }));
    const chosen = await vscode.window.showErrorMessage(message, ...items);
    if (chosen?.offer === 'log') this.#log.show();
    if (chosen?.offer === 'restart') await this.restart();
    if (chosen?.offer === 'settings') {
      await vscode.commands.executeCommand(
        'workbench.action.openSettings',
        'shipworthy.interpreter',
      );
    }
  }
}
