// Workspaces for the tests: copies that may be changed.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporary } from './code.mjs';

const PROJECTS = fileURLToPath(new URL('../../projects/', import.meta.url));

/** The article's faulty project under a name. */
export function article(name = 'shop', parent = temporary('project')) {
  const folder = path.join(parent, name);
  cpSync(path.join(PROJECTS, 'article/faulty'), folder, { recursive: true });
  return folder;
}

/** Files by their path below a new folder. */
export function project(files, name = 'project', parent = temporary('project')) {
  const folder = path.join(parent, name);
  for (const [file, text] of Object.entries(files)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return folder;
}

/** A program that claims to be this Python and, as a server, runs a shell script. */
export function fakePython(version, script) {
  const file = path.join(temporary('python'), 'python3');
  const text = `#!/bin/sh\ncase "$*" in *sys.version_info*) echo "${version.join(' ')} $0"; exit 0;; esac\n${script}\n`;
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}
