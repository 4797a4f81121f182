/** The Python for the server, from what VS Code knows; and what to say when there is none. */

import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { OLDEST, candidates, choose, isBelow, probeIn } from './python';
import type { Found, Interpreter } from './python';
import { SECTION } from './settings';

const PYTHON_EXTENSION = 'ms-python.python';
/** A Python extension that is still looking for environments must not hold up the first finding. */
const PYTHON_EXTENSION_TIMEOUT_MS = 1500;

interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

export type Answer =
  | { readonly kind: 'ok'; readonly interpreter: Interpreter }
  | { readonly kind: 'no'; readonly message: string };

/** What was chosen before, and what it was chosen from. Asking a Python takes a tenth of a second. */
interface Remembered {
  readonly from: string;
  readonly modified: number;
  readonly interpreter: Interpreter;
}

const MEMORY = 'interpreter';

/**
 * `cwd`: a folder outside the workspace. With `fresh` every candidate is asked, else what was found
 * the last time counts as long as the same candidates lead to an unchanged program.
 */
export async function findInterpreter(
  cwd: string,
  memory: vscode.Memento,
  fresh: boolean,
): Promise<Answer> {
  const setting = vscode.workspace.getConfiguration(SECTION).get<string>('interpreter', '').trim();
  const pythonExtension = setting === '' ? await ofPythonExtension() : undefined;
  const from = candidates({ setting, pythonExtension, platform: process.platform });
  const key = JSON.stringify([from, process.env['PATH']]);
  const known = memory.get<Remembered>(MEMORY);
  if (!fresh && known?.from === key && known.modified === (await modified(known.interpreter.path))) {
    return { kind: 'ok', interpreter: known.interpreter };
  }
  const found = await choose(from, probeIn(cwd));
  if (found.kind !== 'ok') return { kind: 'no', message: explained(found) };
  const { interpreter } = found;
  await memory.update(MEMORY, { from: key, modified: await modified(interpreter.path), interpreter });
  return found;
}

/** When a file was changed last (ms), 0 when it is not there. */
async function modified(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

async function ofPythonExtension(): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON_EXTENSION);
  if (extension === undefined) return undefined;
  const late = new Promise<undefined>((resolve) =>
    setTimeout(() => resolve(undefined), PYTHON_EXTENSION_TIMEOUT_MS),
  );
  const path = await Promise.race([activePath(extension), late]);
  // What an untrusted folder brings along is not run.
  if (path === undefined || (!vscode.workspace.isTrusted && isBelow(path, folders()))) {
    return undefined;
  }
  return path;
}

async function activePath(
  extension: vscode.Extension<PythonExtension>,
): Promise<string | undefined> {
  try {
    const { environments } = await extension.activate();
    if (environments === undefined) return undefined;
    const active = environments.getActiveEnvironmentPath();
    return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

function folders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
}

function explained(found: Exclude<Found, { kind: 'ok' }>): string {
  const oldest = OLDEST.join('.');
  switch (found.kind) {
    case 'none':
      return vscode.l10n.t(
        'shipworthy needs Python {0} or newer and found no Python. Install one, or set `shipworthy.interpreter` to its path.',
        oldest,
      );
    case 'old':
      return vscode.l10n.t(
        'shipworthy needs Python {0} or newer, and {2} is Python {1}. Install a newer one, or set `shipworthy.interpreter` to its path.',
        oldest,
        found.interpreter.version.join('.'),
        found.interpreter.path,
      );
    case 'bad-setting':
      return vscode.l10n.t(
        'shipworthy needs Python {0} or newer, and `shipworthy.interpreter` ({1}) is no Python that can be run. Correct the setting or clear it.',
        oldest,
        found.command,
      );
  }
}
