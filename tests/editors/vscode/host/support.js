// What the suites share: waiting with a limit, and reading what the user sees.
const assert = require('node:assert/strict');
const vscode = require('vscode');

const LIMIT_MS = 20_000;

async function until(what, probe, limit = LIMIT_MS) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${limit} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

const folder = (index = 0) => vscode.workspace.workspaceFolders[index].uri;
const at = (...names) => vscode.Uri.joinPath(folder(), ...names);
const own = (uri) => vscode.languages.getDiagnostics(uri).filter((item) => item.source === 'shipworthy');
const errors = (uri) => own(uri).filter((item) => item.severity === vscode.DiagnosticSeverity.Error);
const code = (item) => (typeof item.code === 'object' ? item.code.value : item.code);
const text = async (uri) => Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();

async function api() {
  const extension = vscode.extensions.getExtension('shipworthy.shipworthy');
  assert.ok(extension, 'the extension is installed');
  try {
    return await until('the extension is active', () => extension.isActive && extension.exports);
  } catch (error) {
    // Why it is not: an activation that fails says so here.
    await extension.activate();
    throw error;
  }
}

/** The resolved code actions of a kind at a diagnostic. */
function actions(uri, range, kind = 'quickfix') {
  return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind, 20);
}

async function replaceAll(document, value) {
  const edit = new vscode.WorkspaceEdit();
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  edit.replace(document.uri, document.validateRange(whole), value);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

/** VS Code's own "save all" misses a file that an edit has just opened in the background. */
async function saveAll() {
  const unsaved = vscode.workspace.textDocuments.filter((document) => document.isDirty);
  return (await Promise.all(unsaved.map((document) => document.save()))).every(Boolean);
}

/** Run checks in order; each is told as it ends, and the first failure ends the suite. */
async function runChecks(checks) {
  for (const [name, check] of Object.entries(checks)) {
    const began = Date.now();
    try {
      await check();
    } catch (error) {
      console.log(`[test] FAILED ${name}: ${error.stack ?? error}`);
      throw error;
    }
    console.log(`[test] ok ${name} (${Date.now() - began} ms)`);
  }
}

module.exports = { actions, api, assert, at, code, errors, folder, own, replaceAll, runChecks, saveAll, text, until, vscode };
