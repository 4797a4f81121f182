/** What the server is told of `shipworthy.*`: only what the user has set. */

import * as vscode from 'vscode';
import type { ConfigurationRequest } from 'vscode-languageclient/node';

export const SECTION = 'shipworthy';

/** Settings of the client, not of the analysis. */
const CLIENT_ONLY = new Set(['interpreter', 'language', 'trace']);

/**
 * VS Code answers `workspace/configuration` with every default filled in, and the editor's settings
 * win over those of the project's files: a default would hide what the project says.
 */
export const configuration: ConfigurationRequest.MiddlewareSignature = (params, token, next) => {
  if (params.items.every((item) => item.section === SECTION)) {
    return params.items.map((item) => explicitSettings(item.scopeUri));
  }
  return next(params, token);
};

function explicitSettings(scope: string | undefined): Record<string, unknown> {
  const resource = scope === undefined ? null : vscode.Uri.parse(scope);
  const section = vscode.workspace.getConfiguration(SECTION, resource);
  const found: Record<string, unknown> = {};
  for (const key of Object.keys(section)) {
    if (CLIENT_ONLY.has(key) || !isSet(section.inspect(key))) continue;
    found[key] = section.get(key);
  }
  return found;
}

type Inspection = ReturnType<vscode.WorkspaceConfiguration['inspect']>;

function isSet(inspection: Inspection): boolean {
  return (
    inspection !== undefined &&
    [inspection.globalValue, inspection.workspaceValue, inspection.workspaceFolderValue].some(
      (value) => value !== undefined,
    )
  );
}

/** The language of the server's messages: the setting, else the editor's. */
export function language(): string {
  const chosen = vscode.workspace.getConfiguration(SECTION).get<string>('language', 'auto');
  return chosen === 'auto' ? vscode.env.language : chosen;
}
