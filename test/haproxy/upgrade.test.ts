/** Owns what lowering says about upgrades, and about the HTTP version towards servers. */
import { describe, expect, it } from 'vitest';
import { DEFAULTS, load, onlyRoute, type Settings, textAt, web } from './project.ts';

const route = (text: string, settings?: Settings) => onlyRoute(load(text, settings).model);

describe('the upgrade', () => {
  const upgrade = (frontend: string, backend = '', defaults = DEFAULTS) => {
    const text = web(defaults, frontend, backend);
    const fact = route(text).upgrade;
    if (!fact.known) return fact.why;
    return fact.value.passes ? 'passes' : fact.value.losses.map(({ kind, place }) => `${kind}: ${textAt(text, place)}`);
  };

  it('passes by itself, over closing options, and in mode tcp whatever rules say', () => {
    expect(upgrade('')).toBe('passes');
    expect(upgrade('option httpclose', 'option http-server-close')).toBe('passes');
    expect(upgrade('http-request del-header Upgrade', '', DEFAULTS.replace('http', 'tcp'))).toBe('passes');
    expect(upgrade('http-request add-header Connection close')).toBe('passes');
    expect(upgrade('http-request del-header Upgrade-Insecure-Requests', 'http-request set-header X-Upgrade no')).toBe(
      'passes',
    );
    expect(upgrade('', 'http-request set-header Connection "keep-alive, Upgrade"')).toBe('passes');
  });

  it('is lost by rules that delete or overwrite its headers', () => {
    expect(upgrade('http-request del-header Upgrade')).toEqual(['deleted: http-request del-header Upgrade']);
    expect(upgrade('', 'http-request del-header connection')).toEqual(['deleted: http-request del-header connection']);
    expect(upgrade('', 'http-request set-header Connection close')).toEqual([
      'wrong-value: http-request set-header Connection close',
    ]);
    expect(upgrade('', 'http-request set-header Upgrade h2c')).toEqual([
      'wrong-value: http-request set-header Upgrade h2c',
    ]);
    expect(upgrade('http-response del-header Upgrade')).toEqual(['deleted: http-response del-header Upgrade']);
    expect(upgrade('', 'http-request del-header Upg -m beg')).toEqual(['deleted: http-request del-header Upg -m beg']);
    expect(upgrade('http-request del-header Upgrade if TRUE')).toEqual(['deleted: http-request del-header Upgrade']);
  });

  it('is lost through rules in named `defaults`', () => {
    expect(
      upgrade('', '', `${DEFAULTS.replace('defaults', 'defaults base')}\n    http-request del-header Upgrade`),
    ).toEqual(['deleted: http-request del-header Upgrade']);
  });

  it('is unknown where a condition, a format or a later rule decides', () => {
    expect(upgrade('http-request del-header Upgrade if { path_beg /x }')).toContain('decides it for each request');
    expect(upgrade('http-request set-header Connection %[req.hdr(x)]')).toContain('decides it for each request');
    expect(upgrade('http-request del-header Upgrade', 'http-request set-header Upgrade websocket')).toContain(
      'decides it for each request',
    );
    expect(upgrade('http-request replace-header Connection (.*) x')).toContain('decides it for each request');
  });
});

describe('the HTTP version towards servers', () => {
  const version = (server: string, backend = '', target?: Settings['target']) => {
    const text = web(DEFAULTS, '', backend).replace('127.0.0.1:3000', `127.0.0.1:3000 ${server}`);
    const fact = route(text, target === undefined ? {} : { target }).backendHttp;
    return fact.known ? fact.value : fact.why;
  };

  it.each([
    ['', '1.1'],
    ['proto h2', '2'],
    ['ssl verify none alpn h2', '2'],
    ['ssl verify none alpn h2,http/1.1', '1.1'],
    ['alpn h2', '1.1'],
    ['proto h2 ws h1', '1.1'],
    ['ssl verify none alpn h2,http/1.1 ws h2', '2'],
    ['cookie h2 check', '1.1'],
  ])('with `%s` is %s', (server, expected) => {
    expect(version(server)).toBe(expected);
  });

  it('comes from `default-server`, too', () => {
    expect(version('', 'default-server proto h2')).toBe('2');
  });

  it('is what the server prefers before `ws` came with 2.5', () => {
    expect(version('ssl verify none alpn h2,http/1.1', '', { haproxy: '2.4.30' })).toBe('2');
  });

  it('is unknown when servers differ or the environment decides', () => {
    expect(version('', 'server two 127.0.0.1:3001 proto h2')).toContain('differ');
    expect(version('proto "$PROTO"')).toContain('environment');
  });
});
