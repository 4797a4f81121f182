// Every view of the model through VS Code's own commands, in all three kinds of file.
const { actions, api, assert, at, code, own, replaceAll, runChecks, saveAll, text, until, vscode } = require('./support');

const ask = (name, ...args) => vscode.commands.executeCommand(`vscode.${name}`, ...args);
const DOCKER = at('Dockerfile');
const IGNORE = at('.dockerignore');
const COMPOSE = at('compose.yaml');
const open = (uri) => vscode.workspace.openTextDocument(uri);

/** The position of a text in a file, some characters on. */
async function place(uri, what, offset = 0) {
  const document = await open(uri);
  const start = document.getText().indexOf(what);
  assert.ok(start >= 0, `${what} in ${uri.path}`);
  return document.positionAt(start + offset);
}

/** `file:line text` of each location, as people would say it. */
async function said(locations) {
  const shown = await Promise.all(
    locations.map(async (item) => {
      const [uri, range] = [item.uri ?? item.targetUri, item.range ?? item.targetSelectionRange];
      const name = uri.path.split('/').pop();
      return `${name}:${range.start.line + 1} ${(await open(uri)).getText(range)}`;
    }),
  );
  return shown.sort();
}

async function hover(uri, what, offset) {
  const found = await ask('executeHoverProvider', uri, await place(uri, what, offset));
  return found.flatMap((item) => item.contents.map((part) => part.value)).join('\n');
}

const set = (values) => {
  const section = vscode.workspace.getConfiguration('shipworthy');
  return Promise.all(Object.entries(values).map(([key, value]) => section.update(key, value, false)));
};
const lenses = async (uri) => (await ask('executeCodeLensProvider', uri, 50)) ?? [];
const formatting = (uri) => ask('executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });

/** Write a text into a file for a while. */
async function during(uri, content, work) {
  const document = await open(uri);
  const before = document.getText();
  await vscode.window.showTextDocument(document);
  await replaceAll(document, content);
  try {
    await work(document);
  } finally {
    await replaceAll(document, before);
    await document.save();
  }
}

const completion = async (uri, position, resolved = 0) =>
  (await ask('executeCompletionItemProvider', uri, position, undefined, resolved)).items;
const label = (item) => (typeof item.label === 'string' ? item.label : item.label.label);
const description = (item) => (typeof item.label === 'string' ? undefined : item.label.description);

/** The refactorings of a kind at a text. */
async function offered(uri, what, kind) {
  const position = await place(uri, what, 1);
  return (await actions(uri, new vscode.Range(position, position), kind)).filter((action) => action.edit);
}

/** Take a suggestion as a person does, from the end of what is typed. */
async function accept(document, position, ready) {
  const editor = await vscode.window.showTextDocument(document);
  editor.selection = new vscode.Selection(position, position);
  await vscode.commands.executeCommand('editor.action.triggerSuggest');
  await until('the suggestion is taken', async () => {
    await vscode.commands.executeCommand('acceptSelectedSuggestion');
    return ready(document.getText());
  });
}

const checks = {
  'the language ids are those of VS Code': async () => {
    await api();
    const ids = await Promise.all([DOCKER, IGNORE, COMPOSE].map(async (uri) => (await open(uri)).languageId));
    assert.deepEqual(ids, ['dockerfile', 'dockerignore', 'dockercompose']);
    await until('the findings', () => own(DOCKER).some((item) => code(item) === 'copy-source-dockerignored'));
  },

  'no finding is shown twice': async () => {
    for (const uri of [DOCKER, IGNORE, COMPOSE]) {
      await vscode.window.showTextDocument(await open(uri));
      const seen = own(uri).map((item) => `${code(item)} ${item.range.start.line}:${item.range.start.character}`);
      assert.deepEqual([...new Set(seen)], seen);
    }
  },

  'hovers tell what a place does': async () => {
    assert.match(await hover(DOCKER, 'src/ src/', 1), /brings 2 files.*`\/srv\/app\/src`/);
    assert.match(await hover(DOCKER, 'src/ src/', 1), /kept out: .*`\*\*\/__pycache__`/);
    assert.match(await hover(DOCKER, 'notes.txt', 2), /`\*\.txt` \(\.dockerignore:3\)/);
    assert.match(await hover(DOCKER, 'python:$', 2), /Python 3\.13/);
    assert.match(await hover(DOCKER, 'APP_ENV"', 2), /`APP_ENV` = `prod`/);
    assert.match(await hover(DOCKER, 'uv sync', 4), /environment: `\/srv\/app\/\.venv`/);
    assert.match(await hover(DOCKER, 'CMD', 1), /starts `python -m tour`/);
    assert.match(await hover(IGNORE, '*.txt', 2), /`notes\.txt`/);
    assert.match(await hover(COMPOSE, '.:/srv', 3), /hides `\/srv\/app\/\.venv`/);
    assert.match(await hover(COMPOSE, 'runtime', 2), /target: `runtime`/);
  },

  'lenses and hints are off, and come and go with their settings': async () => {
    const whole = new vscode.Range(0, 0, 99, 0);
    const hints = async () => ((await ask('executeInlayHintProvider', DOCKER, whole)) ?? []).map((hint) => hint.label);
    assert.deepEqual([await lenses(DOCKER), await hints()], [[], []]);
    await set({ lenses: true, inlayHints: true });
    await until('lenses', async () => (await lenses(DOCKER)).length > 0);
    const titles = async (uri) => (await lenses(uri)).map((lens) => lens.command.title);
    assert.equal((await titles(DOCKER))[0], 'built by web, worker');
    assert.match((await titles(DOCKER))[1], /^context: \d+ files, 3\.0 MB \(\.\)$/);
    assert.equal((await titles(IGNORE))[0], 'read by the builds of web, worker');
    assert.match((await titles(COMPOSE))[0], /^context: /);
    assert.ok((await hints()).includes('= 3.13') && (await hints()).includes('→ /srv/app/src'));
    const commands = (await lenses(DOCKER)).map((lens) => lens.command.command);
    assert.deepEqual(commands.slice(0, 2), ['shipworthy.showReferences', 'shipworthy.showBuildContext']);
    await set({ lenses: undefined, inlayHints: undefined });
    await until('no lens', async () => (await lenses(DOCKER)).length === 0);
  },

  'links lead to files and images': async () => {
    const targets = async (uri) => (await ask('executeLinkProvider', uri, 50)).map((link) => String(link.target));
    assert.ok((await targets(DOCKER)).includes(String(at('pyproject.toml'))));
    assert.ok((await targets(DOCKER)).includes('https://hub.docker.com/_/python'));
    assert.ok((await targets(COMPOSE)).includes(String(at('token.env'))));
    assert.ok((await targets(COMPOSE)).includes('https://hub.docker.com/_/postgres'));
  },

  'names lead to their definition, from each kind of file': async () => {
    const to = async (uri, what, offset) => said(await ask('executeDefinitionProvider', uri, await place(uri, what, offset)));
    assert.deepEqual(await to(DOCKER, 'from=build', 6), ['Dockerfile:3 build']);
    assert.deepEqual(await to(COMPOSE, 'runtime', 2), ['Dockerfile:17 runtime']);
    assert.deepEqual(await to(COMPOSE, 'PYTHON', 2), ['Dockerfile:2 PYTHON']);
    assert.deepEqual(await to(COMPOSE, '*logging', 2), ['compose.yaml:1 logging']);
    assert.deepEqual(await to(COMPOSE, '- token', 3), ['compose.yaml:32 token']);
    assert.ok((await to(DOCKER, 'notes.txt', 2)).includes('.dockerignore:3 *.txt'));
  },

  'references cross the files, highlights stay in one': async () => {
    const stage = await place(DOCKER, 'AS build', 4);
    assert.deepEqual(await said(await ask('executeReferenceProvider', DOCKER, stage)), [
      'Dockerfile:19 build', 'Dockerfile:20 build', 'Dockerfile:3 build', 'compose.yaml:23 build',
    ]);
    const marks = await ask('executeDocumentHighlights', DOCKER, stage);
    assert.deepEqual(marks.map((mark) => mark.range.start.line), [2, 18, 19]);
    const pattern = await ask('executeReferenceProvider', IGNORE, await place(IGNORE, '*.txt', 2));
    assert.deepEqual(await said(pattern), ['Dockerfile:11 notes.txt']);
  },

  'a rename reaches every file, and what it wrote still builds': async () => {
    const files = [DOCKER, COMPOSE];
    const before = await Promise.all(files.map(text));
    const edit = await ask('executeDocumentRenameProvider', DOCKER, await place(DOCKER, 'AS build', 4), 'wheels');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await saveAll());
    const [docker, compose] = await Promise.all(files.map(text));
    const expected = before[0].replace('AS build', 'AS wheels').replaceAll('from=build', 'from=wheels');
    assert.equal(docker, expected);
    assert.equal(compose, before[1].replace('target: build', 'target: wheels'));
    const renamed = await ask('executeReferenceProvider', DOCKER, await place(DOCKER, 'AS wheels', 4));
    assert.equal(renamed.length, 4);
    for (const [index, uri] of files.entries()) await replaceAll(await open(uri), before[index]);
    assert.ok(await saveAll());
  },

  'names of compose are renamed, and what has no name is refused': async () => {
    const rename = async (uri, what, offset, name) => ask('executeDocumentRenameProvider', uri, await place(uri, what, offset), name);
    for (const [what, offset, count] of [['- front', 3, 2], ['- token', 3, 2], ['- cache', 3, 2], ['- db', 3, 2], ['*logging', 2, 3]]) {
      const edit = await rename(COMPOSE, what, offset, 'other');
      assert.deepEqual(edit.entries().map(([uri, edits]) => [uri.path, edits.length]), [[COMPOSE.path, count]], what);
    }
    await assert.rejects(async () => ask('prepareRename', IGNORE, await place(IGNORE, '*.txt', 1)));
    await assert.rejects(rename(DOCKER, 'AS build', 4, 'not a name'));
  },

  'outlines, folds and selections follow the structure': async () => {
    const names = (symbols) => symbols.map((symbol) => symbol.name);
    const [argument, build, runtime] = await ask('executeDocumentSymbolProvider', DOCKER);
    assert.deepEqual([argument, build, runtime].map((item) => item.name), ['ARG', 'build', 'runtime']);
    assert.ok(build.children.some((item) => `${item.name} ${item.detail}` === 'WORKDIR /srv/app'));
    assert.ok(names(await ask('executeDocumentSymbolProvider', IGNORE)).includes('*.txt'));
    const services = (await ask('executeDocumentSymbolProvider', COMPOSE)).find((item) => item.name === 'services');
    assert.deepEqual(names(services.children), ['web', 'worker', 'db']);
    const everywhere = await ask('executeWorkspaceSymbolProvider', 'work');
    assert.deepEqual(everywhere.map((item) => `${item.name} ${item.containerName}`), ['worker compose.yaml']);
    const folds = async (uri) => (await ask('executeFoldingRangeProvider', uri)).map((fold) => `${fold.start}-${fold.end}`);
    for (const fold of ['2-14', '7-8', '16-21']) assert.ok((await folds(DOCKER)).includes(fold), fold);
    assert.ok((await folds(COMPOSE)).includes('3-18'));
    const [first] = await ask('executeSelectionRangeProvider', COMPOSE, [await place(COMPOSE, '- front', 3)]);
    assert.equal((await open(COMPOSE)).getText(first.range), 'front');
  },

  'tokens colour the shell of a here-document': async () => {
    const legend = await ask('provideDocumentSemanticTokensLegend', DOCKER);
    const { data } = await ask('provideDocumentSemanticTokens', DOCKER);
    const document = await open(DOCKER);
    const found = [];
    let [line, start] = [0, 0];
    for (let i = 0; i < data.length; i += 5) {
      start = data[i] === 0 ? start + data[i + 1] : data[i + 1];
      line += data[i];
      found.push(`${document.lineAt(line).text.slice(start, start + data[i + 2])} ${legend.tokenTypes[data[i + 3]]}`);
    }
    for (const token of ['FROM keyword', 'build class', 'echo function', 'APP_ENV variable', '-e parameter']) {
      assert.ok(found.includes(token), token);
    }
  },

  'completion knows the build, and documents what it offers': async () => {
    const copy = await completion(DOCKER, await place(DOCKER, 'src/ src/'), 0);
    assert.match(description(copy.find((item) => label(item) === 'notes.txt')), /\*\.txt/);
    assert.equal(description(copy.find((item) => label(item) === 'pyproject.toml')), undefined);
    const stages = await completion(DOCKER, await place(DOCKER, 'from=build', 5));
    assert.ok(stages.some((item) => label(item) === 'build'));
    const instructions = await completion(DOCKER, await place(DOCKER, 'WORKDIR', 2), 50);
    const workdir = instructions.filter((item) => label(item) === 'WORKDIR');
    assert.equal(workdir.length, 1);
    assert.match(workdir[0].documentation.value, /WORKDIR PATH/);
    const flags = await completion(DOCKER, await place(DOCKER, '--locked', 4));
    assert.ok(flags.some((item) => label(item) === '--locked'));
    const networks = await completion(COMPOSE, await place(COMPOSE, '- front', 2));
    assert.deepEqual(networks.map(label), ['front']);
    const targets = await completion(COMPOSE, await place(COMPOSE, 'runtime', 2));
    assert.deepEqual(targets.map(label), ['build', 'runtime']);
    const patterns = await completion(IGNORE, await place(IGNORE, 'nothing-here'));
    assert.ok(patterns.some((item) => label(item) === 'data/'));
  },

  'no words of the file are offered besides': async () => {
    for (const [uri, what] of [[DOCKER, 'WORKDIR'], [DOCKER, 'src/ src/'], [COMPOSE, 'runtime'], [IGNORE, 'nothing-here']]) {
      const items = await completion(uri, await place(uri, what, 1));
      assert.ok(items.length > 0, what);
      assert.deepEqual(items.filter((item) => item.kind === vscode.CompletionItemKind.Text).map(label), [], what);
      const labels = items.map(label);
      assert.deepEqual([...new Set(labels)], labels, what);
    }
  },

  'a suggestion is accepted where it was asked for': async () => {
    await during(DOCKER, 'FROM python:3.13 AS base\nFROM base\nCOPY --from=ba /a /b\n', async (document) => {
      await accept(document, new vscode.Position(2, 14), (now) => now.includes('--from=base /a /b'));
    });
    await during(COMPOSE, 'services:\n  web:\n    buil\n', async (document) => {
      await accept(document, new vscode.Position(2, 8), (now) => /^ {4}build: ?$/m.test(now));
    });
    await during(IGNORE, 'dat\n', async (document) => {
      await accept(document, new vscode.Position(0, 3), (now) => /^data$/m.test(now));
    });
  },

  'a snippet is a whole Dockerfile without findings of its own': async () => {
    await during(DOCKER, 'uv-mul\n', async (document) => {
      await accept(document, new vscode.Position(0, 6), (now) => now.includes('FROM python:3.13'));
      assert.doesNotMatch(document.getText(), /\$\{\d/);
      await vscode.commands.executeCommand('leaveSnippet');
      await until('no error', () => own(DOCKER).every((item) => item.severity !== vscode.DiagnosticSeverity.Error));
    });
  },

  'refactorings need no finding, and may edit another file': async () => {
    const moves = await offered(COMPOSE, '.:/srv', 'refactor.move');
    assert.deepEqual(moves[0].edit.entries().map(([uri]) => uri.path.split('/').pop()), ['Dockerfile']);
    const rewrites = (await offered(COMPOSE, '.:/srv', 'refactor.rewrite')).map((action) => action.title);
    assert.ok(rewrites.some((title) => title.includes('anonymous volume')), rewrites.join('; '));
    assert.ok(rewrites.some((title) => title.includes('develop.watch')), rewrites.join('; '));
  },

  'a Dockerfile is written for a pyproject.toml': async () => {
    const project = at('fresh', 'pyproject.toml');
    await vscode.workspace.fs.writeFile(project, Buffer.from('[project]\nname = "fresh"\nversion = "1"\nrequires-python = ">=3.12"\n'));
    await vscode.window.showTextDocument(await open(project));
    const [write] = await until('it is offered', async () => {
      const found = await offered(project, '[project]', 'source.shipworthy');
      return found.length > 0 && found;
    });
    assert.ok(await vscode.workspace.applyEdit(write.edit));
    assert.ok(await saveAll());
    assert.match(await text(at('fresh', 'Dockerfile')), /^USER /m);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  },

  'formatting is off, then changes white space alone and nothing twice': async () => {
    const ugly = 'FROM   python:3.13\nRUN  a \\\n&& b   \n\n\n\nCOPY x   y\n';
    const bare = (value) => value.replace(/\s+/g, '');
    await during(DOCKER, ugly, async (document) => {
      assert.equal((await formatting(DOCKER)) ?? undefined, undefined);
      await set({ format: true });
      const edits = await until('edits', () => formatting(DOCKER));
      const within = new vscode.Range(1, 0, 3, 0);
      const part = await ask('executeFormatRangeProvider', DOCKER, within, { tabSize: 2, insertSpaces: true });
      assert.ok(part.length > 0 && part.length < edits.length && part.every((edit) => edit.range.end.line <= 3));
      const change = new vscode.WorkspaceEdit();
      change.set(DOCKER, edits);
      assert.ok(await vscode.workspace.applyEdit(change));
      assert.notEqual(document.getText(), ugly);
      assert.equal(bare(document.getText()), bare(ugly));
      assert.deepEqual((await formatting(DOCKER)) ?? [], []);
    });
    await set({ format: undefined });
    await until('no formatter', async () => (await formatting(DOCKER)) === undefined);
  },
};

exports.run = () => runChecks(checks);
