/** Owns what is obsolete in HAProxy configurations, gated by the target version, and the lines that replace it. */
import { describe, expect, it } from 'vitest';
import { edited, load, type Settings, textAt } from './project.ts';

const proxy = (line: string) => `defaults\n    mode http\n    ${line}\n    timeout client 5s\n`;
const global = (line: string) => `global\n    ${line}\n    maxconn 10\n`;

function found(text: string, haproxy?: string) {
  const settings: Settings = haproxy === undefined ? {} : { target: { haproxy } };
  const { obsolete } = load(text, settings).model;
  return obsolete.map(({ what, place, deprecatedIn, removedIn }) => {
    expect(`\`${textAt(text, place)}\``).toBe(what);
    return [what.slice(1, -1), deprecatedIn, removedIn];
  });
}

function fixed(text: string, haproxy?: string): string | undefined {
  const project = load(text, haproxy === undefined ? {} : { target: { haproxy } });
  const remedy = project.model.obsolete[0]?.offers[0]?.remedy;
  return remedy === undefined ? undefined : edited(text, project.realize(remedy));
}

describe('with no target', () => {
  it('is said what every supported version removes or warns about', () => {
    expect(found(proxy('reqadd X-A:\\ b'))).toEqual([['reqadd', '2.0', '2.1']]);
    expect(found(proxy('option forceclose'))).toEqual([['option forceclose', '2.0', '2.5']]);
    expect(found(global('nbproc 2'))).toEqual([['nbproc', '2.3', '2.5']]);
  });

  it('nothing is said of what only newer versions dislike', () => {
    expect(found(proxy('dispatch 127.0.0.1:80'))).toEqual([]);
    expect(found(proxy('option accept-invalid-http-request'))).toEqual([]);
    expect(found('program api\n    command x\n')).toEqual([]);
  });
});

describe('with a target', () => {
  it.each([
    ['option forceclose', '2.4', [['option forceclose', '2.0', '2.5']]],
    ['option forceclose', '2.6.12', [['option forceclose', '2.0', '2.5']]],
    ['dispatch 127.0.0.1:80', '3.2', []],
    ['dispatch 127.0.0.1:80', '3.3.1', [['dispatch', '3.3', '3.5']]],
    ['dispatch 127.0.0.1:80', '3.5', [['dispatch', '3.3', '3.5']]],
    ['bind-process 1', '2.4', []],
    ['bind-process 1', '2.6', [['bind-process', '2.5', '2.7']]],
    ['bind-process 1', '2.8', [['bind-process', '2.5', '2.7']]],
    ['option httpclose', '3.5', []],
  ])('%s for %s', (line, version, expected) => {
    expect(found(proxy(line), version)).toEqual(expected);
  });

  it('sees sections and parameters of `bind`', () => {
    expect(found('program api\n    command x\n', '3.3')).toEqual([['program', '3.1', '3.3']]);
    expect(found('frontend web\n    bind :80 process 1/all\n', '2.8')).toEqual([['process', '2.5', '2.7']]);
    expect(found('frontend web\n    bind :80 name process\n', '2.8')).toEqual([]);
  });

  it('knows a keyword only where it means that', () => {
    expect(found(global('master-worker no-exit-on-failure'), '3.5')).toEqual([]);
    expect(found(global('grace 5s'), '2.8')).toEqual([]);
  });
});

describe('the replacement', () => {
  it.each([
    ['option forceclose', 'option httpclose'],
    ['reqadd X-Forwarded-Proto:\\ https', 'http-request add-header X-Forwarded-Proto https'],
    [
      'rspadd Strict-Transport-Security:\\ max-age=300;\\ preload if { ssl_fc }',
      'http-response add-header Strict-Transport-Security max-age=300;\\ preload if { ssl_fc }',
    ],
    ['reqidel ^X-Forwarded-For:.*', 'http-request del-header X-Forwarded-For'],
    ['rspidel ^Server:', 'http-response del-header Server'],
    ['block if { path /x }', 'http-request deny if { path /x }'],
    ['clitimeout 50000', 'timeout client 50000'],
    ['redispatch', 'option redispatch'],
  ])('of `%s` is `%s`', (line, expected) => {
    expect(fixed(proxy(line))).toBe(proxy(expected));
  });

  it('is nothing where the line does nothing any more', () => {
    expect(fixed(proxy('option http-tunnel # old'))).toBe('defaults\n    mode http\n    timeout client 5s\n');
    expect(fixed(global('tune.chksize 16384'))).toBe('global\n    maxconn 10\n');
    expect(fixed(proxy('no option http-use-htx'))).toBe('defaults\n    mode http\n    timeout client 5s\n');
  });

  it.each([
    'reqadd "X-A: b"',
    'reqadd X-A:\\ %b',
    'reqidel ^X-.*:',
    'reqrep ^(.*) /x',
    'no option forceclose',
    'monitor-net 10.0.0.0/8',
  ])('of `%s` is left to people', (line) => {
    expect(fixed(proxy(line))).toBeUndefined();
  });

  it('is offered to a version that knows it', () => {
    expect(fixed(proxy('option accept-invalid-http-request'), '3.2')).toBe(
      proxy('option accept-unsafe-violations-in-http-request'),
    );
  });
});

describe('flags for single versions', () => {
  const bind = (flags: string) => `frontend web\n    bind :443 ssl crt a.pem ${flags} alpn h2\n`;
  const options = (flags: string) =>
    `global\n    ssl-default-bind-options ${flags}\nfrontend web\n    bind :443 ssl crt a.pem\n`;

  it('are old, and one finding a line', () => {
    expect(found(bind('no-sslv3 no-tlsv10'))).toEqual([['no-sslv3 no-tlsv10', '2.2', undefined]]);
    expect(found(bind('no-sslv3'), '2.0')).toEqual([]);
    expect(found(bind('no-tls-tickets ssl-min-ver TLSv1.2'))).toEqual([]);
  });

  it('become bounds for the same versions', () => {
    expect(fixed(bind('no-sslv3 no-tlsv10 no-tlsv11'))).toBe(bind('ssl-min-ver TLSv1.2'));
    expect(fixed(options('no-sslv3 no-tlsv10 no-tls-tickets no-tlsv11'))).toBe(
      options('ssl-min-ver TLSv1.2 no-tls-tickets'),
    );
    expect(fixed(bind('no-tlsv12'))).toBe(bind('ssl-min-ver TLSv1.3'));
    expect(fixed(bind('no-tlsv13'))).toBe(bind('ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2'));
  });

  it('go where a bound makes HAProxy ignore them', () => {
    expect(fixed(bind('ssl-min-ver TLSv1.2 no-sslv3 no-tlsv10'))).toBe(bind('ssl-min-ver TLSv1.2'));
    expect(fixed(options('ssl-min-ver TLSv1.2 no-tlsv10'))).toBe(options('ssl-min-ver TLSv1.2'));
  });

  it('stay where two lines add up', () => {
    const text =
      'global\n    ssl-default-bind-options no-tlsv12\nfrontend web\n    bind :443 ssl crt a.pem no-tlsv10\n';
    expect(fixed(text)).toBeUndefined();
  });
});
