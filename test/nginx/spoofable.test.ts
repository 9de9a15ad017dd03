/** Owns the lowering of headers with the client's identity: which routes leave them to the client. */
import { expect, it } from 'vitest';
import { http, loadProject } from './project.ts';

const PASS = 'proxy_pass http://127.0.0.1:1;';
const DN = 'proxy_set_header X-DN $ssl_client_s_dn;';

const spoofable = (inside: string): string[] =>
  loadProject(http(inside)).model.spoofable.map(({ headers }) => headers.join(' '));
const server = (inside: string) => `server { listen 443 ssl; server_name a.example; ${inside} }`;

it('finds routes to the same back end that do not set the header', () => {
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location /b { ${PASS} }`))).toEqual(['X-DN']);
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location /b { proxy_pass http://127.0.0.1:1/x; }`))).toEqual([
    'X-DN',
  ]);
  const map = 'map $ssl_client_s_dn $who { default ""; ~CN=(?<cn>.+) $cn; }';
  const who = 'proxy_set_header X-Who $who; proxy_set_header X-OK $ssl_client_verify;';
  expect(spoofable(`${map} ${server(`location /a { ${PASS} ${who} } location /b { ${PASS} }`)}`)).toEqual([
    'X-Who X-OK',
  ]);
});

it('leaves other back ends, other hosts and overwritten headers alone', () => {
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location /b { proxy_pass http://127.0.0.1:2; }`))).toEqual([]);
  const other = `server { listen 443 ssl; server_name b.example; location / { ${PASS} } }`;
  expect(spoofable(`${server(`location /a { ${PASS} ${DN} }`)} ${other}`)).toEqual([]);
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location /b { ${PASS} proxy_set_header x-dn ""; }`))).toEqual(
    [],
  );
  expect(spoofable(server(`${DN} location /a { ${PASS} } location /b { ${PASS} }`))).toEqual([]);
});

it('leaves alone what clients cannot send, or do not reach', () => {
  const DN_ = 'proxy_set_header X_DN $ssl_client_s_dn;';
  expect(spoofable(server(`location /a { ${PASS} ${DN_} } location /b { ${PASS} }`))).toEqual([]);
  expect(
    spoofable(server(`underscores_in_headers on; location /a { ${PASS} ${DN_} } location /b { ${PASS} }`)),
  ).toEqual(['X_DN']);
  expect(
    spoofable(server(`location /a { ${PASS} ${DN} } location /b { proxy_pass_request_headers off; ${PASS} }`)),
  ).toEqual([]);
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location = /b { internal; ${PASS} }`))).toEqual([]);
});

it('is silent where headers cannot be seen, or tell something else', () => {
  expect(spoofable(server(`location /a { ${PASS} ${DN} } location /b { include proxy.conf; ${PASS} }`))).toEqual([]);
  const address = 'proxy_set_header X-Real-IP $remote_addr;';
  expect(spoofable(server(`location /a { ${PASS} ${address} } location /b { ${PASS} }`))).toEqual([]);
});
