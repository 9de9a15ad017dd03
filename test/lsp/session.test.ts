/** Owns the proof that a session survives faults of its own and tells each thing once. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { failureOf } from '../../server/src/lsp/failure.ts';
import type { StatusParams } from '../../server/src/lsp/protocol.ts';
import { createSession } from '../../server/src/lsp/session.ts';
import { toUri } from '../../server/src/lsp/uri.ts';
import { RULES } from '../../server/src/rules/registry.generated.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { createAuthority } from '../kit/authority.ts';
import { memoryHost } from '../kit/memory-host.ts';

const TEXT = 'events {}\nhttp { server { location /ws { proxy_pass http://127.0.0.1:1; } } }\n';

function session(texts: Map<string, string>, rules: readonly Rule[] = RULES, now?: () => number) {
  const told = {
    published: [] as PublishDiagnosticsParams[],
    statuses: [] as StatusParams[],
    failures: [] as string[],
    news: [] as string[],
  };
  const made = createSession(
    { host: { ...memoryHost(texts), ...(now && { now }) }, version: '0', rules, page: () => undefined },
    {
      diagnostics: (params) => void told.published.push(params),
      status: (params) => void told.statuses.push(params),
      gaveUp: () => {},
      linted: () => {},
      certificatesChanged: () => void told.news.push('list'),
      lensesChanged: () => void told.news.push('lenses'),
      failed: (what, error) => void told.failures.push(`${what}: ${failureOf(error)}`),
    },
  );
  made.begin({ folders: ['/w'], trusted: true, local: undefined, settingsIn: () => undefined });
  return { ...told, session: made };
}

function opened(uri: string, text: string) {
  return { textDocument: { uri, languageId: 'nginx', version: 1, text } };
}

describe('a session', () => {
  it('goes on after a fault, which is told without any text of a file', async () => {
    let broken = true;
    const rule: Rule = {
      ...(RULES[0] as Rule),
      check({ project }) {
        if (broken) throw new Error(`cannot stand ${project.files[0]?.text}`);
      },
    };
    const {
      session: made,
      failures,
      published,
    } = session(new Map([['/w/nginx.conf', TEXT]]), [rule, ...RULES.slice(1)]);
    await made.at(toUri('/w/nginx.conf'));
    expect(failures.join('\n')).not.toContain('proxy_pass');
    broken = false;
    made.touched(['/w/nginx.conf']);
    expect((await made.at(toUri('/w/nginx.conf')))?.run.findings.length).toBeGreaterThan(0);
    expect(published.at(-1)?.uri).toBe(toUri('/w/nginx.conf'));
  });

  it('publishes a file again only when its findings changed', async () => {
    const { session: made, published, statuses } = session(new Map([['/w/nginx.conf', TEXT]]));
    const uri = toUri('/w/nginx.conf');
    made.opened(made.documents.open(opened(uri, TEXT)));
    await made.at(uri);
    expect(published.map((params) => [params.uri, params.version])).toEqual([[uri, 1]]);
    made.touched(['/w/other.txt']);
    await made.at(uri);
    expect([published.length, statuses.length]).toEqual([1, 1]);
    const changed = made.documents.change({
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: `\n${TEXT}` }],
    });
    if (changed !== undefined) made.opened(changed);
    await made.at(uri);
    expect([published.length, statuses.length]).toEqual([2, 2]);
    expect(published[1]?.diagnostics[0]?.range.start.line).toBe(
      (published[0]?.diagnostics[0]?.range.start.line ?? 0) + 1,
    );
  });

  it('uses the spelling of the editor for a file that it has open', async () => {
    const { session: made, published } = session(new Map([['/w/a b.conf', TEXT]]));
    const spelled = 'file:///w/a b.conf';
    made.opened(made.documents.open(opened(spelled, TEXT)));
    await made.at(spelled);
    expect(published.map(({ uri }) => uri)).toEqual([spelled]);
  });

  it('leaves text alone that no language claims and no user calls nginx', async () => {
    const { session: made, published } = session(new Map());
    const document = { ...opened('untitled:1', TEXT).textDocument, languageId: 'plaintext' };
    made.opened(made.documents.open({ textDocument: document }));
    await made.at('untitled:1');
    expect(published).toEqual([]);
  });

  it('answers nothing any more when it was stopped while somebody waits', async () => {
    const { session: made } = session(new Map([['/w/nginx.conf', TEXT]]));
    const answer = made.at(toUri('/w/nginx.conf'));
    made.stop();
    expect(await answer).toBeUndefined();
  });
});

describe('the passing of time', () => {
  afterEach(() => void vi.useRealTimers());

  const DAY = 86_400_000;
  const NOON = Date.UTC(2026, 5, 1, 12);

  it('makes the list of certificates and the lenses old when a day less is left, and when one ends', async () => {
    const { certificate } = await (await createAuthority({ notAfter: new Date(NOON + 4000 * DAY) })).issue({
      names: ['example.com'],
      notBefore: new Date(NOON - 10 * DAY),
      notAfter: new Date(NOON + 2 * DAY + DAY / 2),
    });
    vi.useFakeTimers({ now: NOON });
    const { session: made, news } = session(new Map([['/w/site.pem', certificate]]), RULES, () => Date.now());
    const uri = toUri('/w/site.pem');
    const document = { uri, languageId: 'pem', version: 1, text: certificate };
    made.opened(made.documents.open({ textDocument: document }));
    const look = async (): Promise<void> => {
      const [whole, present] = [made.whole(), made.at(uri)];
      await vi.advanceTimersByTimeAsync(1);
      const told = [await whole, await present].filter((one) => one !== undefined);
      expect(told.length).toBe(2);
      for (const one of told) made.certificatesTold(one);
    };
    await look();
    // Two days and a half are left: the count of whole days changes at midnight.
    await vi.advanceTimersByTimeAsync(DAY / 2 - 10);
    expect(news).toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(news).toEqual(['list', 'lenses']);
    await look();
    await vi.advanceTimersByTimeAsync(DAY);
    expect(news).toEqual(['list', 'lenses', 'list', 'lenses']);
    // Nobody has looked at the list since, so only the lenses are told; they are when it ends.
    await vi.advanceTimersByTimeAsync(DAY);
    expect(news.slice(4)).toEqual(['lenses']);
    made.stop();
  });

  it('wakes nobody when nobody has looked', async () => {
    const { certificate } = await (await createAuthority()).issue({ names: ['example.com'] });
    vi.useFakeTimers({ now: Date.now() });
    const { session: made, news } = session(new Map([['/w/site.pem', certificate]]), RULES, () => Date.now());
    await vi.advanceTimersByTimeAsync(5 * DAY);
    expect(news).toEqual([]);
    made.stop();
  });
});
