// Type-check, then bundle the client into one file.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import * as esbuild from 'esbuild';

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

run('npx', ['--no-install', 'tsc', '-p', '.']);
const { metafile } = await esbuild.build({
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  minify: true,
  metafile: true,
  legalComments: 'none',
});
// The licences of what the bundle holds go with it.
const packages = new Set(
  Object.keys(metafile.inputs)
    .map((file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[0])
    .filter(Boolean),
);
const licence = (folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const names = ['LICENSE', 'License.txt', 'LICENSE.md', 'LICENSE.txt', 'license'];
  for (const file of names) {
    try {
      return `${name} ${version} (${license})\n\n${readFileSync(folder + file, 'utf8')}`;
    } catch {}
  }
  throw new Error(`${name} has no licence file`);
};
writeFileSync('dist/licenses.txt', [...packages].sort().map(licence).join(`\n${'-'.repeat(72)}\n\n`));
