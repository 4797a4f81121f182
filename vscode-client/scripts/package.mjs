// Build the .vsix and print its size and content.
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync } from 'node:fs';

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const target = `${name}-${version}.vsix`;
copyFileSync('../LICENSE', 'LICENSE');
run('npm', ['run', '--silent', 'bundle']);
run('npm', ['run', '--silent', 'build']);
// There is no public repository yet: links stay as they are, relative.
run('npx', [
  '--no-install', 'vsce', 'package', '--no-dependencies', '--no-rewrite-relative-links',
  '--allow-missing-repository', '--skip-license', '--out', target,
]);
run('npx', ['--no-install', 'vsce', 'ls', '--tree', '--no-dependencies']);
console.log(`${target}: ${(statSync(target).size / 1000).toFixed(0)} kB`);
