/** Owns cutting command lines into words, as shells, systemd and lists in JSON and YAML write them. */

const PIECE = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)/gs;

/** The words of a command line; quotes join what they touch. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let end = -1;
  for (const found of line.matchAll(PIECE)) {
    const [all, double, single, escaped, plain] = found;
    const text = double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? plain ?? '';
    if (found.index === end) words.push(`${words.pop() ?? ''}${text}`);
    else words.push(text);
    end = found.index + all.length;
  }
  return words;
}

/** The members of `["haproxy", "-f", x]`. */
export function listWords(list: string): string[] {
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,[\]"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** Puts the values of variables in; what has none and no value of its own (`${X:-y}`) stays as it is written. */
export function expand(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(/\$\$?\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g, (all, braced, otherwise, bare) => {
    const value = values.get(braced ?? bare);
    return value ?? otherwise ?? all;
  });
}

/** `NAME=value` lines of a file of settings or a script; a name that is set twice has no value. */
export function assignments(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const twice = new Set<string>();
  for (const [, name = '', value = ''] of text.matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$/gm)) {
    if (values.has(name)) twice.add(name);
    values.set(name, shellWords(value.replace(/[ \t]#.*$/, '')).join(' '));
  }
  for (const name of twice) values.delete(name);
  return values;
}
