/** The Python for the server, from what VS Code knows; and what to say when there is none. */

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

/** `cwd`: a folder outside the workspace. */
export async function findInterpreter(cwd: string): Promise<Answer> {
  const setting = vscode.workspace.getConfiguration(SECTION).get<string>('interpreter', '').trim();
  const pythonExtension = setting === '' ? await ofPythonExtension() : undefined;
  const wishes = { setting, pythonExtension, platform: process.platform };
  const found = await choose(candidates(wishes), probeIn(cwd));
  if (found.kind === 'ok') return found;
  return { kind: 'no', message: explained(found) };
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
