/** Owns the realizers: what a remedy does to the text, byte for byte, and to the model. */
import { describe, expect, it } from 'vitest';
import type { TlsVersion } from '../../server/src/model/model.ts';
import type { Remedy } from '../../server/src/model/remedy.ts';
import { load, onlyRoute, remedied, type Settings } from './project.ts';

const OPENSSL3: Settings = { target: { openssl: '3.0.19' } };

/** Applies a remedy; checks that nothing is worse afterwards, that CRLF stays, and that a second time changes nothing. */
function fix(
  text: string,
  make: (project: ReturnType<typeof load>) => Remedy,
  settings: Settings = OPENSSL3,
): string | undefined {
  const once = (from: string) => {
    const project = load(from, settings);
    return remedied(from, project, make(project));
  };
  const result = once(text);
  if (result === undefined) return undefined;
  expect(load(result, settings).model.problems.length).toBeLessThanOrEqual(load(text, settings).model.problems.length);
  const crlf = once(text.replaceAll('\n', '\r\n'));
  expect(crlf).toBe(result.replaceAll('\n', '\r\n'));
  return result;
}

const idle =
  (seconds: number) =>
  (project: ReturnType<typeof load>): Remedy => ({ kind: 'set-idle-limit', route: onlyRoute(project.model), seconds });
const upgrade = (project: ReturnType<typeof load>): Remedy => ({
  kind: 'forward-upgrade',
  route: onlyRoute(project.model),
});
const http11 = (project: ReturnType<typeof load>): Remedy => ({
  kind: 'use-http-1-1',
  route: onlyRoute(project.model),
});
const versions =
  (list: readonly TlsVersion[]) =>
  (project: ReturnType<typeof load>): Remedy => {
    const endpoint = project.model.sites[0]?.endpoint;
    if (endpoint === undefined) throw new Error('no endpoint');
    return { kind: 'set-tls-versions', endpoint, versions: list };
  };

const FRONT = `defaults
\tmode http
\ttimeout client 1m   # browsers
\ttimeout server 50s
frontend web
\tbind :80
\tdefault_backend app
`;

describe('set-idle-limit', () => {
  it('replaces the value that counts', () => {
    const text = `${FRONT}backend app\n\ttimeout  tunnel  30s # too short\n\tserver one 127.0.0.1:3000\n`;
    const result = fix(text, idle(3600));
    expect(result).toBe(text.replace('30s', '1h'));
    expect(onlyRoute(load(result ?? '').model).idle).toMatchObject({ value: { seconds: 3600 } });
    expect(fix(result ?? '', idle(3600))).toBe(result);
  });

  it('puts a line behind the timeouts of the back end, before its servers, or behind its head', () => {
    const timeouts = `${FRONT}backend app\n  timeout server 20s # slow\n  server one 127.0.0.1:3000\n`;
    expect(fix(timeouts, idle(5400))).toBe(timeouts.replace('# slow\n', '# slow\n  timeout tunnel 90m\n'));
    const servers = `${FRONT}backend app\n    balance roundrobin\n    # the only one\n    server one 127.0.0.1:3000\n`;
    expect(fix(servers, idle(3600))).toBe(servers.replace('    server', '    timeout tunnel 1h\n    server'));
    const empty = `${FRONT}backend app # nobody yet\n`;
    expect(fix(empty, idle(3600))).toBe(`${FRONT}backend app # nobody yet\n\ttimeout tunnel 1h\n`);
  });

  it('leaves a `timeout tunnel` of `defaults` to other back ends', () => {
    const text = `${FRONT.replace('50s', '50s\n\ttimeout tunnel 1m')}backend app\n\tserver one 127.0.0.1:3000\n`;
    const result = fix(text, idle(3600));
    expect(result).toBe(text.replace('\tserver', '\ttimeout tunnel 1h\n\tserver'));
    expect(onlyRoute(load(result ?? '').model).idle).toMatchObject({ value: { seconds: 3600 } });
  });

  it('works in a `listen` section, and not for a back end elsewhere or in an `.if` block', () => {
    const listen =
      'listen chat\n    mode http\n    bind :80\n    timeout client 5s\n    timeout server 5s\n    server one 127.0.0.1:3000\n';
    expect(fix(listen, idle(3600))).toBe(listen.replace('server 5s\n', 'server 5s\n    timeout tunnel 1h\n'));
    expect(fix(FRONT, idle(3600))).toBeUndefined();
    expect(
      fix(
        `${FRONT}backend app\n.if defined(X)\n\ttimeout tunnel 1m\n.endif\n\tserver one 127.0.0.1:3000\n`,
        idle(3600),
      ),
    ).toBeUndefined();
  });
});

describe('forward-upgrade', () => {
  it('takes the lines away that lose it', () => {
    const text = `${FRONT}\thttp-request del-header Upgrade # why?\n\thttp-request set-header X-A b\nbackend app\n\thttp-request set-header Connection close\n\tserver one 127.0.0.1:3000\n`;
    const result = fix(text, upgrade);
    expect(result).toBe(`${FRONT}\thttp-request set-header X-A b\nbackend app\n\tserver one 127.0.0.1:3000\n`);
    expect(onlyRoute(load(result ?? '').model).upgrade).toMatchObject({ value: { passes: true } });
  });

  it('does nothing where nothing is lost', () => {
    expect(fix(`${FRONT}backend app\n\tserver one 127.0.0.1:3000\n`, upgrade)).toBeUndefined();
  });
});

describe('use-http-1-1', () => {
  it('takes HTTP/2 away from the servers', () => {
    const text = `${FRONT}backend app\n\tdefault-server check\n\tserver one 127.0.0.1:3000 proto h2 check # h2c\n\tserver two 127.0.0.1:3001 proto h2\n`;
    const result = fix(text, http11);
    expect(result).toBe(text.replaceAll(' proto h2', ''));
    expect(onlyRoute(load(result ?? '').model).backendHttp).toMatchObject({ value: '1.1' });
  });

  it('offers HTTP/1.1 instead of HTTP/2 over TLS, and edits a shared line once', () => {
    const text = `${FRONT}backend app\n\tdefault-server ssl verify none alpn h2\n\tserver one 127.0.0.1:3000\n\tserver two 127.0.0.1:3001\n`;
    expect(fix(text, http11)).toBe(text.replace('alpn h2', 'alpn http/1.1'));
  });

  it('leaves what `defaults` say to other back ends', () => {
    expect(
      fix(
        `${FRONT.replace('\tmode http', '\tmode http\n\tdefault-server proto h2')}backend app\n\tserver one 127.0.0.1:3000\n`,
        http11,
      ),
    ).toBeUndefined();
  });
});

describe('set-tls-versions', () => {
  const BOTH = ['TLSv1.2', 'TLSv1.3'] as const;
  const bind = (parameters: string, options = '') =>
    `global\n    maxconn 10\n${options}frontend web\n    bind :443 ssl crt a.pem${parameters}\n    bind :80\n`;
  const options = (words: string) => `    ssl-default-bind-options ${words}\n`;

  it.each([
    [bind(' ssl-min-ver TLSv1.0 alpn h2'), bind(' ssl-min-ver TLSv1.2 alpn h2')],
    [bind(' alpn h2 force-tlsv10'), bind(' alpn h2 ssl-min-ver TLSv1.2')],
    [bind(' ssl-max-ver TLSv1.2 ssl-min-ver TLSv1.0 # old'), bind(' ssl-min-ver TLSv1.2 # old')],
    [bind(' no-sslv3 ssl-min-ver TLSv1.1'), bind(' ssl-min-ver TLSv1.2')],
    [bind('', options('ssl-min-ver TLSv1.0 no-tls-tickets')), bind('', options('ssl-min-ver TLSv1.2 no-tls-tickets'))],
    [bind('', options('no-tls-tickets force-tlsv11')), bind('', options('no-tls-tickets ssl-min-ver TLSv1.2'))],
    [
      bind(' ssl-min-ver TLSv1.0', options('ssl-min-ver TLSv1.3')),
      bind(' ssl-min-ver TLSv1.2', options('ssl-min-ver TLSv1.3')),
    ],
  ])('edits the settings that are there: %j', (text, expected) => {
    const result = fix(text, versions(BOTH));
    expect(result).toBe(expected);
    expect(load(result ?? '', OPENSSL3).model.sites[0]?.endpoint?.versions).toMatchObject({ value: BOTH });
  });

  it('names the versions on the line where nothing is set', () => {
    expect(fix(bind(''), versions(['TLSv1.3']))).toBe(bind('').replace('443 ssl', '443 ssl ssl-min-ver TLSv1.3'));
    expect(fix(bind(' ssl-min-ver TLSv1.0'), versions(['TLSv1.2']))).toBe(
      bind(' ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2'),
    );
  });

  it('is not for sets with holes, nor where an `.if` block or an upper bound of `global` decides', () => {
    expect(fix(bind(' ssl-min-ver TLSv1.0'), versions(['TLSv1.1', 'TLSv1.3']))).toBeUndefined();
    expect(fix(bind('', `.if defined(X)\n${options('ssl-min-ver TLSv1.0')}.endif\n`), versions(BOTH))).toBeUndefined();
    expect(fix(bind(' ssl-min-ver TLSv1.0', options('ssl-max-ver TLSv1.2')), versions(BOTH))).toBeUndefined();
  });
});

describe('name-file', () => {
  it('writes another path, quoted where HAProxy needs it', () => {
    const text = 'frontend web\n    bind :443 ssl crt "a b.pem" alpn h2\n';
    const name =
      (path: string) =>
      (project: ReturnType<typeof load>): Remedy => {
        const use = project.model.sites[0]?.endpoint?.certificates[0]?.certificate;
        if (use === undefined) throw new Error('no certificate');
        return { kind: 'name-file', use, path };
      };
    expect(fix(text, name('certs/site.pem'))).toBe(text.replace('"a b.pem"', 'certs/site.pem'));
    expect(fix(text, name('c d.pem'))).toBe(text.replace('"a b.pem"', 'c\\ d.pem'));
  });
});
