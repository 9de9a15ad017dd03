/** Owns `wsslint explain RULE`: the page of a rule, for reading in a terminal. */
import { didYouMean } from '../text/nearest.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { harmless, type Paint, painter, wantsColours } from './terminal.ts';

export function explain(id: string, { rules }: Core, surroundings: Surroundings): ExitCode {
  const { stdout, stderr, isTTY, environment } = surroundings;
  const rule = rules.find((each) => each.id === id);
  if (rule === undefined) {
    const near = didYouMean(
      id,
      rules.map((each) => each.id),
    );
    stderr.write(`wsslint: there is no rule "${harmless(id)}"${near}\n"wsslint rules" lists them all.\n`);
    return EXIT.usage;
  }
  stdout.write(readable(rule.page, painter(wantsColours(isTTY, environment))));
  return EXIT.clean;
}

/** Markdown as plain text: headings stand out, examples are indented under what they are, links show where they lead. */
export function readable(markdown: string, paint: Paint): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.trimEnd().split(/\r?\n/)) {
    const opening = /^(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
      else lines.push(line === '' ? '' : `    ${line}`);
    } else if (opening !== null) {
      fence = opening[1];
      const [language = '', ...tags] = (opening[2] ?? '').trim().split(/\s+/);
      const title = [...tags, language && `(${language})`].filter(Boolean).join(' ');
      if (title !== '') lines.push(`  ${paint('dim', `${title}:`)}`, '');
    } else {
      const heading = /^#{1,6}\s+(.*)$/.exec(line)?.[1];
      lines.push(heading === undefined ? withLinks(line) : paint('bold', heading));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** `[text](address)` as `text (address)`, and `<address>` as the address. */
function withLinks(line: string): string {
  return line
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, (_, text: string, address: string) => {
      return text === address ? address : `${text} (${address})`;
    })
    .replace(/<(https?:[^>\s]+)>/g, '$1');
}
