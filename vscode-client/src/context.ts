/** What the builds of a file send, as markdown. */

/** One build, as the server's `shipworthy.showContext` tells it. */
export interface SentContext {
  readonly compose: string | null;
  readonly service: string | null;
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly unknown?: boolean;
  readonly ignoreFile?: string | null;
  readonly files?: number;
  readonly bytes?: number;
  readonly entries?: readonly SentEntry[];
}

/** A file or folder, and what is large in it. */
export interface SentEntry {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly entries: readonly SentEntry[];
}

export interface Words {
  readonly title: string;
  readonly unknown: string;
  readonly context: string;
  readonly ignoreFile: string;
  readonly noIgnoreFile: string;
  readonly path: string;
  readonly files: string;
  readonly size: string;
  readonly share: string;
  readonly total: string;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes for people: decimal units, as the server prints them. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)}\u00a0${UNITS[unit]}`;
}

export function contextPage(builds: readonly SentContext[], words: Words): string {
  // What several services send alike is shown once, under the names of all.
  const sections = new Map<string, string[]>();
  for (const build of builds) {
    const file = build.dockerfile === null ? '' : code(build.dockerfile);
    const section = `${file}\n\n${content(build, words)}`;
    const services = sections.get(section) ?? [];
    sections.set(section, build.service ? [...services, code(build.service)] : services);
  }
  const parts = [...sections].map(
    ([section, services]) => `### ${services.join(', ')}${services.length > 0 ? ' · ' : ''}${section}`,
  );
  return [`## ${words.title}`, ...parts].join('\n\n') + '\n';
}

function content(build: SentContext, words: Words): string {
  if (build.unknown) return words.unknown;
  const ignore = build.ignoreFile
    ? `${words.ignoreFile} ${code(build.ignoreFile)}`
    : words.noIgnoreFile;
  const total = build.bytes ?? 0;
  const rows = (build.entries ?? []).flatMap((entry) => tree(entry, total, 0));
  return [
    `${words.context} ${code(build.context ?? '')} · ${ignore}`,
    [
      `| ${words.path} | ${words.files} | ${words.size} | ${words.share} |`,
      '| :-- | --: | --: | --: |',
      ...rows,
      `| **${words.total}** | **${build.files ?? 0}** | **${size(total)}** | |`,
    ].join('\n'),
  ].join('\n\n');
}

/** The rows of a file or folder and of what is large in it. */
function tree({ path, files, bytes, entries }: SentEntry, total: number, depth: number): string[] {
  const name = `${'&emsp;'.repeat(depth)}${code(depth === 0 ? path : path.replace(/^.*\//, ''))}`;
  const row = `| ${name} | ${files} | ${size(bytes)} | ${share(bytes, total)} |`;
  return [row, ...entries.flatMap((entry) => tree(entry, total, depth + 1))];
}

function share(bytes: number, total: number): string {
  return `${total === 0 ? 0 : Math.round((bytes / total) * 100)}\u00a0%`;
}

/** A name as inline code that cannot end early, nor end a table cell. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, ' ').replace(/\|/g, '\\|')}\``;
}
