// One folder, the article's faulty project: found, fixed, kept up to date, and started again.
const { actions, api, assert, at, code, errors, own, replaceAll, runChecks, saveAll, text, until, vscode } = require('./support');

const DOCKERFILE = ['deploy', 'backend', 'Dockerfile.dev'];
const dockerfile = () => at(...DOCKERFILE);
const leaks = () => errors(dockerfile()).filter((item) => code(item) === 'copy-includes-host-venv');
const leak = () => until('the leak is reported', () => leaks()[0]);
const healed = () => until('the leak is gone', () => leaks().length === 0);

async function undoIgnoreFile(before) {
  const document = await vscode.workspace.openTextDocument(at('.dockerignore'));
  await replaceAll(document, before);
  await document.save();
}

const checks = {
  'opening the folder alone starts the extension and reports the closed file': async () => {
    const { status } = await api();
    const found = await leak();
    assert.equal(found.range.start.line, 15);
    await until('the status bar counts', () => /\b1 error\b/.test(status()));
  },

  'the finding leads to the other files': async () => {
    const places = (await leak()).relatedInformation.map((item) => item.location.uri.path);
    for (const name of ['/.dockerignore', '/deploy/docker-compose.dev.yml']) {
      assert.ok(places.some((place) => place.endsWith(name)), `${name} in ${places}`);
    }
  },

  'ignore files have their language, also beside a Dockerfile': async () => {
    const kind = async (uri) => (await vscode.workspace.openTextDocument(uri)).languageId;
    assert.equal(await kind(at('.dockerignore')), 'dockerignore');
    await vscode.workspace.fs.writeFile(at('Dockerfile.dockerignore'), Buffer.from('*.md\n'));
    assert.equal(await kind(at('Dockerfile.dockerignore')), 'dockerignore');
    await vscode.workspace.fs.delete(at('Dockerfile.dockerignore'));
  },

  'the quick fix edits the other file, and both files are clean': async () => {
    const before = await text(at('.dockerignore'));
    await vscode.window.showTextDocument(dockerfile());
    const found = await actions(dockerfile(), (await leak()).range);
    const fix = found.find((action) => action.isPreferred);
    assert.ok(fix, found.map((action) => action.title).join('; '));
    assert.deepEqual(fix.edit.entries().map(([uri]) => uri.path), [at('.dockerignore').path]);
    assert.equal(fix.command?.command, 'shipworthy.afterwards');
    assert.match(fix.command.arguments[0].join('\n'), /docker compose .*up --build -V/);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await healed();
    await saveAll();
    assert.match(await text(at('.dockerignore')), /^\*\*\/\.venv$/m);
    assert.equal(errors(at('.dockerignore')).length, 0);
    await undoIgnoreFile(before);
    await leak();
  },

  'fix all in the workspace repairs the same, as an edit that can be undone': async () => {
    const before = await text(at('.dockerignore'));
    const { fixed, files } = await vscode.commands.executeCommand('shipworthy.fixAllInWorkspace');
    assert.ok(fixed > 0);
    assert.ok(files.some((file) => file.endsWith('/.dockerignore')));
    await healed();
    await undoIgnoreFile(before);
    await leak();
  },

  'typing in the other file heals this one before anything is saved': async () => {
    const document = await vscode.workspace.openTextDocument(at('.dockerignore'));
    const before = document.getText();
    await replaceAll(document, `${before}**/.venv\n`);
    await healed();
    assert.ok(document.isDirty);
    await replaceAll(document, before);
    await document.save();
    await leak();
  },

  'a file changed on the disk is noticed': async () => {
    const before = await text(at('.dockerignore'));
    await vscode.workspace.fs.writeFile(at('.dockerignore'), Buffer.from(`${before}**/.venv\n`));
    await healed();
    await vscode.workspace.fs.writeFile(at('.dockerignore'), Buffer.from(before));
    await leak();
  },

  'a setting counts at once, and its default does not hide the project file': async () => {
    const section = vscode.workspace.getConfiguration('shipworthy');
    await section.update('ignore', ['copy-includes-host-venv'], false);
    await healed();
    await section.update('ignore', undefined, false);
    await leak();
    const own = Buffer.from('ignore = ["copy-includes-host-venv"]\n');
    await vscode.workspace.fs.writeFile(at('shipworthy.toml'), own);
    await healed();
    await vscode.workspace.fs.delete(at('shipworthy.toml'));
    await leak();
  },

  'an untitled Dockerfile is judged and harms nothing': async () => {
    const content = 'FROM python:3.13\nCOPY . .\n';
    const document = await vscode.workspace.openTextDocument({ language: 'dockerfile', content });
    await vscode.window.showTextDocument(document);
    await leak();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  },

  'the palette has the commands': async () => {
    const known = await vscode.commands.getCommands(true);
    for (const name of ['restart', 'showOutput', 'fixWorkspace', 'showBuildContext', 'explainRule', 'createDockerignore']) {
      assert.ok(known.includes(`shipworthy.${name}`), name);
    }
    await vscode.window.showTextDocument(dockerfile());
    await vscode.commands.executeCommand('shipworthy.showBuildContext');
    await vscode.commands.executeCommand('shipworthy.explainRule', 'copy-includes-host-venv');
    const shown = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.label);
    await until('the page is shown', () => shown().some((label) => label.includes('copy-includes-host-venv')));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  'an ignore file is created and opened': async () => {
    await vscode.commands.executeCommand('shipworthy.createDockerignore', at('backend'));
    const made = await until('it is shown', () => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.path.endsWith('/backend/.dockerignore') && document;
    });
    assert.match(made.getText(), /\.venv/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(at('backend', '.dockerignore'));
    await leak();
  },

  'the restart command brings a new server and the same findings': async () => {
    const { serverProcessId } = await api();
    const before = serverProcessId();
    await vscode.commands.executeCommand('shipworthy.restart');
    assert.notEqual(serverProcessId(), before);
    await leak();
    assert.equal(leaks().length, 1);
  },

  'a server killed while a fix is applied comes back, and the fix works again': async () => {
    const { serverProcessId } = await api();
    const before = serverProcessId();
    const range = (await leak()).range;
    const asked = actions(dockerfile(), range).then(() => 'answered', () => 'failed');
    process.kill(before, 'SIGKILL');
    assert.match(await asked, /answered|failed/);
    await until('a new server', () => serverProcessId() && serverProcessId() !== before);
    const found = await until('its fix', async () => {
      const offered = await actions(dockerfile(), (await leak()).range);
      return offered.find((action) => action.isPreferred && action.edit);
    });
    const old = await text(at('.dockerignore'));
    assert.ok(await vscode.workspace.applyEdit(found.edit));
    await healed();
    await undoIgnoreFile(old);
    await leak();
  },

  'a fix of a read-only file fails without harm': async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('readonlyInclude', { '**/.dockerignore': true }, false);
    const before = await text(at('.dockerignore'));
    const found = await actions(dockerfile(), (await leak()).range);
    const fix = found.find((action) => action.isPreferred);
    await vscode.workspace.applyEdit(fix.edit);
    const saved = await saveAll();
    await files.update('readonlyInclude', undefined, false);
    if (!saved) assert.equal(await text(at('.dockerignore')), before);
    await undoIgnoreFile(before);
    await leak();
  },

  'closing everything leaves the findings of the workspace': async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await leak();
    assert.ok(own(dockerfile()).length >= 1);
  },
};

exports.run = () => runChecks(checks);
