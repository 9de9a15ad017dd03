/** Owns what files tell of how HAProxy is started: units of systemd, images, services of containers, scripts. */
import { assignments, expand, listWords, shellWords } from './words.ts';

/** One way in which HAProxy is started. */
export interface Start {
  /** What stands behind `-f` and `--`, in this order. */
  readonly paths: readonly string[];
  /** There may be more of them: a variable that nothing here sets. */
  readonly open: boolean;
  /** Where absolute paths of it are here, by what the same file says of volumes and copies; relative to that file. */
  readonly mounts: readonly { readonly from: string; readonly to: string }[];
}

export type Kind = 'unit' | 'dockerfile' | 'yaml' | 'script';

type Values = ReadonlyMap<string, string>;
const NO_VALUES: Values = new Map();

/** Options whose next word is their value (src/haproxy.c, init_args). */
const VALUED = /^-(?:C|G|L|N|S|cc|m|n|p|x)$/;

function startOf(words: readonly string[], mounts: Start['mounts']): Start | undefined {
  const paths: string[] = [];
  let open = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (/^(?:[;|&<>]|\d?>)/.test(word)) break;
    if (word === '--') {
      paths.push(...words.slice(i + 1));
      break;
    }
    if (word === '-f') paths.push(words[++i] ?? '');
    else if (VALUED.test(word)) i++;
    else open ||= word.includes('$');
  }
  if (paths.some((path) => path.includes('$') || path === '')) open = true;
  const plain = paths.filter((path) => path !== '' && !path.includes('$'));
  return plain.length === 0 ? undefined : { paths: plain, open, mounts };
}

/** Longer lines are no commands that people write. */
const LINE = 4096;

const isHaproxy = (word: string): boolean => /^(?:.*\/)?haproxy$/.test(word);

/** The start in a command; `bare`: the program is the image's, where a list begins with an option. */
function inCommand(words: readonly string[], bare: boolean, mounts: Start['mounts'] = []): Start | undefined {
  if (bare && words[0]?.startsWith('-') === true) return startOf(words, mounts);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    // `docker run haproxy haproxy -f …`: the first is the image.
    if (isHaproxy(word) && words[i + 1]?.startsWith('-') === true) return startOf(words.slice(i + 1), mounts);
    if (/\shaproxy\s|^haproxy\s|\/haproxy\s/.test(word)) {
      const inner = inCommand(shellWords(word), false, mounts);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}

const unfolded = (text: string): string => text.replace(/\\\r?\n/g, ' ');

/** `$X` of systemd is cut into words, and what is not set is nothing. */
function ofUnit(text: string, set: Values): Start[] {
  const lines = unfolded(text);
  const values = new Map<string, string>();
  for (const [, list = ''] of lines.matchAll(/^[ \t]*Environment=(.*)$/gm))
    for (const pair of shellWords(list)) {
      const at = pair.indexOf('=');
      if (at > 0) values.set(pair.slice(0, at), pair.slice(at + 1));
    }
  for (const [name, value] of set) values.set(name, value);
  return [...lines.matchAll(/^[ \t]*ExecStart=[-@:+!]*(.*)$/gm)].flatMap(([, command = '']) => {
    const words = shellWords(command).flatMap((word) => {
      const bare = /^\$(\w+)$/.exec(word)?.[1];
      if (bare !== undefined) return shellWords(values.get(bare) ?? '');
      return [word.replace(/\$\{(\w+)\}/g, (_, name) => values.get(name) ?? '')];
    });
    return inCommand(words, false) ?? [];
  });
}

/** What the units of Debian and of Fedora do with their files of settings (`default/haproxy`, `sysconfig/haproxy`), where no unit is there. */
export function startOfDefaults(text: string): Start | undefined {
  const values = assignments(text);
  const more = [values.get('EXTRAOPTS'), values.get('OPTIONS')].filter((one) => one !== undefined).join(' ');
  if (!/(?:^|\s)(?:-f|--)\s/.test(more)) return undefined;
  const directory = values.get('CFGDIR');
  const words = [
    ...['-f', values.get('CONFIG') ?? '/etc/haproxy/haproxy.cfg'],
    ...(directory === undefined ? [] : ['-f', directory]),
    ...shellWords(more),
  ];
  return startOf(words, []);
}

/** What `COPY` puts where: a file into a folder, a folder's files, or one name for another. */
function copied(to: string, from: string): { from: string; to: string } {
  if (to.includes('*')) return { from, to: /^(.*)\//.exec(to)?.[1] ?? '.' };
  const isInto = from.endsWith('/') && /\.(?:cfg|conf)$/.test(to);
  return { from: isInto ? `${from}${to.replace(/^.*\//, '')}` : from, to };
}

function ofDockerfile(text: string): Start[] {
  const lines = unfolded(text);
  const image = [...lines.matchAll(/^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)/gim)].at(-1)?.[1] ?? '';
  const last = (keyword: string): string[] => {
    const value = [...lines.matchAll(new RegExp(`^[ \\t]*${keyword}[ \\t]+(.*)$`, 'gim'))].at(-1)?.[1] ?? '';
    return value.startsWith('[') ? listWords(value) : shellWords(value);
  };
  const copies = lines.matchAll(/^[ \t]*(?:COPY|ADD)[ \t]+(?:--\S+[ \t]+)*(\S+)[ \t]+(\/\S+)[ \t]*\r?$/gim);
  const mounts = [...copies].map(([, to = '', from = '']) => copied(to, from));
  const values = assignments(lines.replace(/^[ \t]*(?:ENV|ARG)[ \t]+/gim, ''));
  const words = [...last('ENTRYPOINT'), ...last('CMD')].map((word) => expand(word, values));
  return [inCommand(words, /haproxy/.test(image), mounts) ?? []].flat();
}

const indentOf = (line: string): number => /^[ ]*/.exec(line)?.[0].length ?? 0;

/** The lines of the mapping that a line belongs to: those around it that stand as far to the right, or farther. */
function blockAround(lines: readonly string[], at: number, indent: number): readonly string[] {
  const isLeft = (line: string) => line.trim() !== '' && indentOf(line) < indent;
  let from = at;
  let to = at + 1;
  while (from > 0 && !isLeft(lines[from - 1] ?? '')) from--;
  while (to < lines.length && !isLeft(lines[to] ?? '')) to++;
  // The line of `- name: …` itself is one of the mapping.
  return lines.slice(Math.max(0, from - 1), to);
}

/** The value of a key in YAML as words, a list in either way of writing or a text; `next`: the line behind it. */
function yamlWords(
  lines: readonly string[],
  at: number,
  indent: number,
  first: string,
): { readonly words: string[]; readonly next: number } {
  const value = first.replace(/\s#.*$/, '').trim();
  const deeper: string[] = [];
  let next = at + 1;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    const isItem = indentOf(line) === indent && line.trim().startsWith('- ');
    const isEnd = value.startsWith('[') && /^\s*\]/.test(line);
    if (line.trim() !== '' && indentOf(line) <= indent && !isItem && !isEnd) break;
    deeper.push(line.trim());
  }
  const of = (words: string[]) => ({ words, next });
  if (value.startsWith('[')) {
    const whole = [value, ...deeper].join(' ');
    return of(listWords(whole.slice(0, whole.indexOf(']') + 1)));
  }
  if (/^[|>][-+]?$/.test(value)) return of(shellWords(deeper.join(' ')));
  if (value !== '') return of(shellWords([bare(value), ...deeper].join(' ')));
  const items = deeper.filter((line) => line.startsWith('- '));
  return of(
    items.map((item) =>
      bare(
        item
          .slice(2)
          .replace(/\s#.*$/, '')
          .trim(),
      ),
    ),
  );
}

const bare = (value: string): string => value.replace(/^(["'])(.*)\1$/, '$2');

function mountsOf(block: readonly string[]): Start['mounts'] {
  const short = block.flatMap((line) => {
    const [, to, from] = /^\s*-\s+["']?(\.{0,2}\/?[^:"']*):(\/[^:"'\s]+)/.exec(line) ?? [];
    return to === undefined || from === undefined ? [] : [{ from, to }];
  });
  const long = block.flatMap((line, at) => {
    const to = /^\s*(?:- )?source:\s*["']?([^\s"']+)/.exec(line)?.[1];
    const from = /^\s*target:\s*["']?(\/[^\s"']+)/.exec(block[at + 1] ?? '')?.[1];
    return to === undefined || from === undefined ? [] : [{ from, to }];
  });
  return [...short, ...long];
}

/** `command:` and its kind in services and containers, and command lines in the steps of pipelines. */
function ofYaml(text: string): Start[] {
  const lines = text.split(/\r?\n/);
  const starts: Start[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const [, before, first] = /^([ ]*(?:- )?)(?:command|args):(.*)$/.exec(line) ?? [];
    if (before === undefined || first === undefined) {
      starts.push(...scriptStart(line.replace(/^\s*(?:- )?(?:run:|script:)?\s*/, ''), NO_VALUES));
      at++;
      continue;
    }
    const { words, next } = yamlWords(lines, at, before.length, first);
    const block = blockAround(lines, at, before.length);
    const ofImage = block.some((one) => /^\s*(?:- )?image:.*haproxy/.test(one));
    const found = inCommand(
      words.map((word) => expand(word, NO_VALUES)),
      ofImage,
      mountsOf(block),
    );
    if (found !== undefined) starts.push(found);
    at = Math.max(next, at + 1);
  }
  return starts;
}

function scriptStart(line: string, values: Values): Start[] {
  if (line.length > LINE || !/\bhaproxy\s/.test(line) || line.trimStart().startsWith('#')) return [];
  return line.split(/&&|\|\||;/).flatMap((part) => {
    const words = shellWords(part).map((word) => expand(word, values));
    return inCommand(words, false) ?? [];
  });
}

function ofScript(text: string): Start[] {
  const values = assignments(text);
  return unfolded(text)
    .split(/\r?\n/)
    .flatMap((line) => scriptStart(line, values));
}

/** The starts that a file tells of; `set` are the variables of the unit's file of settings. Never throws. */
export function startsIn(kind: Kind, text: string, set: Values): Start[] {
  if (!text.includes('haproxy')) return [];
  switch (kind) {
    case 'unit':
      return ofUnit(text, set);
    case 'dockerfile':
      return ofDockerfile(text);
    case 'yaml':
      return ofYaml(text);
    case 'script':
      return ofScript(text);
  }
}
