// Two folders of one name: each has its own findings; one is renamed, one is removed.
const { api, assert, code, errors, folder, runChecks, until, vscode } = require('./support');

const FILE = ['deploy', 'backend', 'Dockerfile.dev'];
const place = (root) => vscode.Uri.joinPath(root, ...FILE);
const leaks = (root) => errors(place(root)).filter((item) => code(item) === 'copy-includes-host-venv');

const checks = {
  'two folders with the same name are told apart': async () => {
    const { status } = await api();
    assert.equal(folder(0).path.split('/').pop(), folder(1).path.split('/').pop());
    await until('both leaks', () => leaks(folder(0)).length === 1 && leaks(folder(1)).length === 1);
    await until('the status counts both', () => /\b2 errors\b/.test(status()));
  },

  'a fix of one folder leaves the other': async () => {
    const ignore = vscode.Uri.joinPath(folder(0), '.dockerignore');
    await vscode.workspace.fs.writeFile(ignore, Buffer.from('**/.venv\n'));
    await until('one leak is gone', () => leaks(folder(0)).length === 0);
    assert.equal(leaks(folder(1)).length, 1);
  },

  'a renamed folder is found under its new name': async () => {
    const old = folder(1);
    const renamed = vscode.Uri.joinPath(old, '..', 'renamed');
    await vscode.workspace.fs.rename(old, renamed);
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 1, { uri: renamed }));
    await until('the leak in the new place', () => leaks(renamed).length === 1);
    await until('none in the old place', () => leaks(old).length === 0);
  },

  'a removed folder takes its findings along': async () => {
    const gone = folder(1);
    const { status } = await api();
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 1));
    await until('no leak is left', () => leaks(gone).length === 0);
    await until('the status counts none', () => !/error/.test(status()));
  },
};

exports.run = () => runChecks(checks);
