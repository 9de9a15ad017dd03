/** Owns which `ws://` addresses in a configuration browsers are known to refuse. */
import { describe, expect, it } from 'vitest';
import { http, loadProject } from './project.ts';

const TLS = 'listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; server_name shop.example;';
const server = (lines: string, tls = TLS) => `server { ${tls} ${lines} }`;

function urls(inside: string): (string | string[])[] {
  return loadProject(http(inside)).model.sites.map(({ insecureUrls: fact }) =>
    fact?.known === true
      ? fact.value.map(({ url, offers }) => `${url}${offers.length === 0 ? '' : ' +'}`)
      : (fact?.why ?? ''),
  );
}
const policy = (text: string) => `add_header Content-Security-Policy "${text}";`;
const ofPolicy = (text: string) => urls(server(policy(text)))[0];

describe('a policy', () => {
  it('is judged by what it lets a page connect to', () => {
    expect(ofPolicy("connect-src 'self' ws://a.example:8080/x")).toEqual(['ws://a.example:8080/x +']);
    expect(ofPolicy("default-src 'self' WS://a.example")).toEqual(['WS://a.example +']);
    expect(ofPolicy("default-src ws://a.example; connect-src 'self'")).toEqual([]);
    expect(ofPolicy('img-src ws://a.example')).toEqual([]);
  });

  it('is right where the page may do otherwise, or browsers help', () => {
    expect(ofPolicy('connect-src ws: ws://a.example wss:')).toEqual([]);
    expect(ofPolicy('connect-src ws: ')).toEqual([]);
    expect(ofPolicy('connect-src ws://a.example wss://a.example')).toEqual([]);
    expect(ofPolicy('connect-src ws://a.example; upgrade-insecure-requests')).toEqual([]);
    const more = server(
      `${policy('connect-src ws://a.example')} location / { ${policy('upgrade-insecure-requests')} }`,
    );
    expect(urls(more)).toEqual([[]]);
  });

  it('may name hosts that browsers trust, or that cannot be known', () => {
    for (const host of ['localhost:3000', 'dev.localhost', '127.0.0.1:1', '[::1]:80', '$backend', '*.$domain', 'a.$b'])
      expect([host, ofPolicy(`connect-src ws://${host}`)]).toEqual([host, []]);
    expect(ofPolicy('connect-src ws://$host:8080')).toEqual(['ws://$host:8080 +']);
    expect(ofPolicy('connect-src ws://*.a.example')).toEqual([]);
    expect(urls(server(policy('connect-src ws://$host'), TLS.replace('shop.example', 'localhost')))).toEqual([[]]);
  });
});

describe('texts', () => {
  it('count where they reach the page', () => {
    expect(urls(server("sub_filter a 'b ws://x.example/ws';"))).toEqual([['ws://x.example/ws +']]);
    expect(urls(server('sub_filter ws://x.example wss://x.example;'))).toEqual([[]]);
    expect(urls(server(`return 200 'new WebSocket("ws://x.example/ws")';`))).toEqual([['ws://x.example/ws +']]);
    expect(urls(server(`return 200 'see ws://x.example/ws';`))).toEqual([[]]);
    expect(urls(server('return 302 ws://x.example/ws;'))).toEqual([[]]);
  });

  it('have no edit where escapes hide the place', () => {
    expect(urls(server(String.raw`sub_filter a "\"ws://x.example\"";`))).toEqual([['ws://x.example']]);
  });
});

it('says nothing where pages may come without TLS', () => {
  const lines = policy('connect-src ws://a.example');
  expect(urls(server(lines, `${TLS} listen 80;`))).toEqual(['pages may come without TLS']);
  expect(urls(server(lines, 'listen 80;'))).toEqual(['pages may come without TLS']);
  expect(urls(server(`${lines} include missing.conf;`))).toEqual(['pages may come without TLS']);
});
