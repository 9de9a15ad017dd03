/**
 * Owns the proof of the directive table: at every place and with every number of arguments, the installed nginx says of a
 * directive what the table says. A part of the names is asked for each time; WSSLINT_PROBE=all asks for all of them.
 */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST } from '../../server/src/facts/nginx-directives.generated.ts';
import {
  CONTEXTS,
  type Context,
  directiveTable,
  formsFor,
  isJudged,
  takes,
} from '../../server/src/facts/nginx-directives.ts';
import { parseVersion, type Target } from '../../server/src/model/target.ts';
import { temporaryFolder } from '../kit/folder.ts';
import { nginxVersion } from '../kit/nginx.ts';
import { describeWith } from '../kit/required.ts';
import { nginxSays } from '../nginx-syntax/real-nginx.ts';

function targetOf(text: string): Target {
  return new Map([['nginx', { version: parseVersion(text) ?? [], text, from: 'a test' }]]);
}

const STREAM = '/usr/lib/nginx/modules/ngx_stream_module.so';
const load = existsSync(STREAM) ? `load_module ${STREAM}; ` : '';

/** A configuration with a line at a place, nothing behind it. */
const AT: Readonly<Record<Context, (line: string) => string>> = {
  main: (line) => `events {} ${line}`,
  events: (line) => `events { ${line} }`,
  http: (line) => `events {} http { ${line} }`,
  'http server': (line) => `events {} http { server { ${line} } }`,
  location: (line) => `events {} http { server { location / { ${line} } } }`,
  'if in server': (line) => `events {} http { server { if ($host) { ${line} } } }`,
  'if in location': (line) => `events {} http { server { location / { if ($host) { ${line} } } } }`,
  limit_except: (line) => `events {} http { server { location / { limit_except GET { ${line} } } } }`,
  'http upstream': (line) => `events {} http { upstream u { ${line} } }`,
  stream: (line) => `${load}events {} stream { ${line} }`,
  'stream server': (line) => `${load}events {} stream { server { ${line} } }`,
  'stream upstream': (line) => `${load}events {} stream { upstream u { ${line} } }`,
  mail: (line) => `events {} mail { ${line} }`,
  'mail server': (line) => `events {} mail { server { ${line} } }`,
};

type Verdict = 'unknown' | 'misplaced' | 'count' | 'read';

function verdictOf(says: string | undefined, name: string): Verdict {
  if (says === `unknown directive "${name}"` || /^unknown directive "(?:stream|mail)"$/.test(says ?? ''))
    return 'unknown';
  if (says === `"${name}" directive is not allowed here`) return 'misplaced';
  return says === `invalid number of arguments in "${name}" directive` ? 'count' : 'read';
}

describeWith('nginx', 'the installed nginx', () => {
  const folder = temporaryFolder();
  let target: Target = new Map();
  beforeAll(async () => {
    target = targetOf(await nginxVersion());
  });
  afterAll(() => folder.remove());

  /** Where nginx has read an `error_log`, it complains there and no longer on its output. */
  const complaint = (text: string): string | undefined => {
    try {
      return nginxSays(folder, text);
    } catch (error) {
      if (/^Error: nginx ended with 1: nginx: configuration file \S+ test failed$/.test(String(error).trim()))
        return 'elsewhere';
      throw error;
    }
  };

  const all = [...directiveTable().keys()];
  // Prime to most lengths of families, so that every family has its turn.
  const step = process.env.WSSLINT_PROBE === 'all' ? 1 : 11;
  const asked = all.filter((_, i) => i % step === 0);

  it('agrees with the table on places and numbers of arguments', { timeout: 1_200_000 }, () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const name of asked) {
      const forms = formsFor(name, target);
      // Builds may have it earlier than nginx itself, so nothing is ever said of it.
      if (forms.length === 0 && !isJudged(name, target)) continue;
      for (const context of CONTEXTS) {
        const here = forms.filter((form) => form.contexts.has(context));
        const counts = here.length === 0 ? [1] : [0, 1, 2, 3, 4, 5];
        for (const count of counts) {
          const fits = here.filter((form) => takes(form, count));
          const end = (here.find((form) => takes(form, count)) ?? here[0])?.block === true ? '{ }' : ';';
          const line = `${name}${' x'.repeat(count)}${end}`;
          const says = verdictOf(complaint(AT[context](line)), name);
          // A module that is not built in.
          if (says === 'unknown' && forms.length > 0) break;
          const expected: Verdict =
            forms.length === 0 ? 'unknown' : here.length === 0 ? 'misplaced' : fits.length === 0 ? 'count' : 'read';
          compared++;
          if (says !== expected) wrong.push(`${line} in ${context}: ${says}, the table says ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(asked.length * 7);
  });
});

describe('the table', () => {
  const at = (version: string, name: string): number => formsFor(name, targetOf(version)).length;

  it('knows from and until when a directive is there', () => {
    expect([at('1.25.0', 'http2'), at('1.25.1', 'http2')]).toEqual([0, 1]);
    expect([at('1.19.6', 'spdy_chunk_size'), at('1.19.7', 'spdy_chunk_size')]).toEqual([1, 0]);
    expect(formsFor('http2', new Map())).toHaveLength(1);
    // 1.25 may be any of its releases.
    expect(at('1.25', 'http2')).toBe(1);
  });

  it('judges neither versions that it does not hold, nor names that others have as well', () => {
    expect(isJudged('listen', targetOf('1.18.0'))).toBe(true);
    expect(isJudged('listen', targetOf(NEWEST))).toBe(true);
    expect(isJudged('listen', targetOf('1.16.1'))).toBe(false);
    expect(isJudged('listen', targetOf('1.99.0'))).toBe(false);
    expect(isJudged('sticky', new Map())).toBe(false);
    expect(isJudged('more_set_headers', new Map())).toBe(false);
    expect(isJudged('constructor', new Map())).toBe(false);
  });
});
