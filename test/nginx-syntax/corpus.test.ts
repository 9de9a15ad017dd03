/** Owns the comparison with nginx-conf, a parser by others, over published configurations, and that they are free of problems. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { NginxParser } from 'nginx-conf';
import type { NginxParseTreeNode } from 'nginx-conf/dist/src/parser';
import { expect, it } from 'vitest';
import { parse } from '../../server/src/languages/nginx/syntax/parser.ts';
import { looksLikeTemplate } from '../../server/src/languages/nginx/syntax/template.ts';
import type { Directive, SyntaxTree } from '../../server/src/languages/nginx/syntax/tree.ts';
import { corpusRoot, describeWith } from '../kit/required.ts';
import { referenceParse } from './reference.ts';
import { plain } from './trees.ts';

interface Statement {
  /** Name and arguments as they are written, without white space and comments: nginx-conf does not separate arguments. */
  readonly source: string;
  readonly children: Statement[] | undefined;
}

function theirStatements(nodes: readonly NginxParseTreeNode[]): Statement[] {
  return nodes.map((node) => ({
    source: (node.name + (node.isVerbatim ? '' : node.value)).replace(/\s/g, ''),
    children: node.isVerbatim ? [] : node.isBlock ? theirStatements(node.children ?? []) : undefined,
  }));
}

function ourStatements(items: readonly Directive[], text: string): Statement[] {
  return items.map(({ name, args, block }) => ({
    source: [name, ...args].map(({ span }) => text.slice(span.start, span.end).replace(/\s/g, '')).join(''),
    children: block && ourStatements(block.items, text),
  }));
}

/** nginx-conf takes an indented comment for a directive unless a space follows the `#`. */
function withSpacesInComments({ text, comments }: SyntaxTree): string {
  let out = '';
  let at = 0;
  for (const { span } of comments) {
    out += `${text.slice(at, span.start)}# `;
    at = span.start + 1;
  }
  return out + text.slice(at);
}

/** What nginx-conf reads, or undefined where it cannot. */
function readByOthers(text: string): Statement[] | undefined {
  let failed = false;
  let nodes: readonly NginxParseTreeNode[] = [];
  try {
    new NginxParser().parse(text, (error, tree) => {
      failed = error !== null;
      nodes = tree?.children ?? [];
    });
  } catch {
    return undefined;
  }
  return failed ? undefined : theirStatements(nodes);
}

describeWith('corpus', 'the corpus', () => {
  const root = join(corpusRoot() ?? '', 'nginx');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = files.map((file) => [relative(root, file), readFileSync(file, 'utf8')] as const);

  it('is read as nginx-conf reads it, wherever it can', () => {
    const unread: string[] = [];
    for (const [file, text] of texts) {
      const tree = parse(text);
      const theirs = readByOthers(withSpacesInComments(tree));
      if (theirs === undefined) unread.push(file);
      else expect(ourStatements(tree.items, text), file).toEqual(theirs);
    }
    expect(texts.length).toBeGreaterThan(600);
    expect(unread).toMatchInlineSnapshot(`[]`);
  });

  it('is read as nginx reads it', () => {
    for (const [file, text] of texts) {
      expect(referenceParse(text), file).toEqual({ kind: 'accepted', items: plain(parse(text).items) });
    }
  });

  it('has no problems but those that nginx has with it', () => {
    const found = texts.flatMap(([file, text]) =>
      parse(text).problems.map(({ span, message }) => {
        const line = text.slice(0, span.start).split('\n').length;
        return `${file}:${line}: ${message}`;
      }),
    );
    expect(found).toMatchInlineSnapshot(`
      [
        "certbot-roundtrip/guide-to-nginx-ssl-spdy-hsts/nginx.conf:63: The \`;\` is missing here, so nginx reads \`ssl_ciphers\` on the next line as an argument of \`ssl_ciphers\`.",
      ]
    `);
  });

  it('holds no templates, and the configurations of badssl.com are some', () => {
    expect(texts.filter(([, text]) => looksLikeTemplate(text)).map(([file]) => file)).toEqual([]);
    const template = readFileSync(join(root, '../badssl/nginx.conf'), 'utf8');
    expect(looksLikeTemplate(template)).toBe(true);
  });
});
