/** Owns where in a configuration a block stands, in the words of the directive table. */
import type { Context } from '../../facts/nginx-directives.ts';
import { CONTEXTS } from '../../facts/nginx-directives.ts';

/** What a block opens, by the place that it is in. `types`, `map`, `geo` and the like hold no directives. */
const OPENS: Readonly<Record<Context, Readonly<Record<string, Context>>>> = {
  main: { events: 'events', http: 'http', stream: 'stream', mail: 'mail' },
  events: {},
  http: { server: 'http server', upstream: 'http upstream' },
  'http server': { location: 'location', if: 'if in server' },
  location: { location: 'location', if: 'if in location', limit_except: 'limit_except' },
  'if in server': {},
  'if in location': {},
  limit_except: {},
  'http upstream': {},
  stream: { server: 'stream server', upstream: 'stream upstream' },
  'stream server': {},
  'stream upstream': {},
  mail: { server: 'mail server' },
  'mail server': {},
};
const OPENERS: ReadonlySet<string> = new Set(Object.values(OPENS).flatMap((blocks) => Object.keys(blocks)));

const MAIN: readonly Context[] = ['main'];
const NOWHERE: readonly Context[] = [];

/** The places that the outermost level of a file may be: any of them for a part of a configuration. */
export function outermost(role: 'root' | 'fragment'): readonly Context[] {
  return role === 'root' ? MAIN : CONTEXTS;
}

/** The same places are the same list, so that what holds for them can be remembered. */
const insides = new Map<readonly Context[], Map<string, readonly Context[]>>();

/**
 * The places that a block may be, from those of the level that it is in (of `outermost`, or of here); none where it holds
 * no directives of nginx's own.
 */
export function inside(around: readonly Context[], block: string): readonly Context[] {
  if (!OPENERS.has(block)) return NOWHERE;
  let blocks = insides.get(around);
  if (blocks === undefined) {
    blocks = new Map();
    insides.set(around, blocks);
  }
  let contexts = blocks.get(block);
  if (contexts === undefined) {
    contexts = around.flatMap((context) => OPENS[context][block] ?? []);
    blocks.set(block, contexts);
  }
  return contexts;
}

const WORDS: Readonly<Record<Context, string>> = {
  main: 'the outermost level',
  events: '`events`',
  http: '`http`',
  'http server': '`server`',
  location: '`location`',
  'if in server': '`if` in a `server`',
  'if in location': '`if` in a `location`',
  limit_except: '`limit_except`',
  'http upstream': '`upstream`',
  stream: '`stream`',
  'stream server': '`server` of `stream`',
  'stream upstream': '`upstream` of `stream`',
  mail: '`mail`',
  'mail server': '`server` of `mail`',
};

/** Places as a list in words, the outermost first: `http`, `server` and `location`. */
export function contextWords(contexts: ReadonlySet<Context>): string {
  const words = CONTEXTS.filter((context) => contexts.has(context)).map((context) => WORDS[context]);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
