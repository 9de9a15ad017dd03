/** Owns the proof that proposals are few and right. */
import { describe, expect, it } from 'vitest';
import { proposalsAt } from '../../server/src/service/completion.ts';
import { bench } from './kit.ts';

const RULES = [{ id: 'certificate-expired', summary: 'A certificate has expired' }];

function proposed(directive: string, more: Readonly<Record<string, string>> = {}): string[] {
  const { engine, file, offset } = bench({
    '/w/nginx.conf': `events {}\nhttp {\n    ${directive}\n}\n`,
    '/w/conf.d/a.conf': '',
    '/w/conf.d/with space.conf': '',
    '/w/.hidden/x': '',
    '/w/snippets/tls.conf': '',
    ...more,
  });
  return proposalsAt(engine, file, offset, RULES).map(({ text }) => text);
}

describe('proposals', () => {
  it.each([
    ['include │', ['conf.d/', 'nginx.conf', 'snippets/']],
    ['include con│;', ['conf.d/', 'nginx.conf', 'snippets/']],
    ['include "snippets/│";', ['tls.conf']],
    ['include conf.d/│;', ['a.conf']],
    ['include .│;', ['.hidden/', 'conf.d/', 'nginx.conf', 'snippets/']],
    ['include nowhere/│;', []],
    ['ssl_certificate_key snippets/│;', ['tls.conf']],
    ['root │;', []],
    ['include $dir/│;', []],
    ['ssl_protocols │', ['TLSv1.2', 'TLSv1.3']],
    ['ssl_protocols TLSv1.2 │', ['TLSv1.3']],
    ['proxy_ssl_protocols TLS│;', ['TLSv1.2', 'TLSv1.3']],
    ['ssl_protocols TLSv1.2; │', []],
    ['# wsslint-ignore │', ['certificate-expired: ']],
    ['# wsslint-ignore cert│', ['certificate-expired: ']],
    ['# wsslint-ignore certificate-expired: r│', []],
  ])('%s', (directive, texts) => {
    expect(proposed(directive)).toEqual(texts);
  });

  it('absolute paths go through the path map', () => {
    const settings = { '/w/wsslint.json': '{ "pathMap": { "/etc/ssl": "certs" } }', '/w/certs/live/site.pem': '' };
    expect(proposed('ssl_certificate /etc/ssl/│;', settings)).toEqual(['live/']);
    expect(proposed('ssl_certificate /etc/ssl/live/│;', settings)).toEqual(['site.pem']);
  });

  it('HAProxy gets its versions where it names one', () => {
    const { engine, file, offset } = bench({
      '/w/haproxy.cfg': 'frontend f\n  bind :443 ssl crt a.pem ssl-min-ver │\n',
    });
    expect(proposalsAt(engine, file, offset, RULES).map(({ text }) => text)).toEqual(['TLSv1.2', 'TLSv1.3']);
  });

  it('Caddy gets its versions in its own words', () => {
    const { engine, file, offset } = bench({
      '/w/Caddyfile': 'a.example {\n\ttls {\n\t\tprotocols tls1.2 │\n\t}\n}\n',
    });
    expect(proposalsAt(engine, file, offset, RULES).map(({ text }) => text)).toEqual(['tls1.3']);
  });

  it('replace the part of the word that is there', () => {
    const { engine, file, offset } = bench({ '/w/nginx.conf': 'include snip│;', '/w/snippets/a.conf': '' });
    const spans = proposalsAt(engine, file, offset, RULES).map(({ span }) => span);
    expect(spans).toContainEqual({ start: offset - 4, end: offset });
  });
});
