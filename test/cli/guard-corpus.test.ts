import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { objection } from '../../server/src/cli/guard.ts';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { walk } from '../../server/src/languages/nginx/syntax/query.ts';
import type { Directive } from '../../server/src/languages/nginx/syntax/tree.ts';
import type { TextEdit } from '../../server/src/text/edits.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';

/** Edits such as fixes make: an argument more, a directive more at the start of a block, a directive less. */
function editsOf(directive: Directive): TextEdit[] {
  const { terminatorSpan, block, span } = directive;
  if (block === undefined) {
    return [
      { span: { start: terminatorSpan.start, end: terminatorSpan.start }, newText: ' more' },
      { span, newText: '' },
    ];
  }
  return [
    { span: { start: block.open.end, end: block.open.end }, newText: '\n    proxy_set_header Upgrade $http_upgrade;' },
  ];
}

/** The valid files of the corpus with all their directives. */
function* files() {
  const root = join(corpusRoot() ?? '', 'nginx');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.conf/.test(name)) continue;
    const text = readFileSync(join(root, name), 'utf8');
    const tree = parse(text);
    if (tree.problems.length > 0) continue;
    const directives: Directive[] = [];
    walk(tree.items, (directive) => directives.push(directive));
    yield { name, text, directives };
  }
}

describeWith('corpus', 'the second reader, on published configurations', () => {
  it('has nothing against honest edits', () => {
    let edits = 0;
    for (const { name, text, directives } of files()) {
      for (const directive of [directives[0], directives[directives.length >> 1], directives.at(-1)]) {
        for (const edit of directive === undefined ? [] : editsOf(directive)) {
          if (directive?.block?.body === 'lua') continue;
          edits++;
          expect(objection(text, [edit]), `${name}: ${JSON.stringify(edit)}`).toBeUndefined();
        }
      }
    }
    expect(edits).toBeGreaterThan(500);
  });

  it('has its say everywhere: it objects to what only it misreads', () => {
    for (const { name, text, directives } of files()) {
      const simple = directives.find(({ block }) => block === undefined);
      if (simple === undefined) continue;
      const { start } = simple.terminatorSpan;
      const verdict = objection(text, [{ span: { start, end: start }, newText: " it's" }]);
      expect(verdict, name).toBe('a second parser reads the result in another way');
    }
  });
});
