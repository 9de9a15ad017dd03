/** Owns the lowering of hops: where they lead, whether TLS is verified and named, and schemes that do not fit their port. */
import { describe, expect, it } from 'vitest';
import type { Hop } from '../../server/src/model/hops.ts';
import { http, loadProject } from './project.ts';

const hops = (inside: string): readonly Hop[] => loadProject(http(inside)).model.hops;
const server = (inside: string, around = '') => `${around} server { listen 80; location / { ${inside} } }`;
const hop = (inside: string, around = ''): Hop => {
  const [first] = hops(server(inside, around));
  if (first === undefined) throw new Error('there is no hop');
  return first;
};
const verified = (inside: string, around = '') => {
  const fact = hop(inside, around).verified;
  return fact.known ? fact.value : 'unknown';
};

describe('where a hop leads', () => {
  it('is this machine, its network, or elsewhere', () => {
    const reach = (address: string) => hop(`proxy_pass ${address};`).reach;
    for (const local of ['https://127.0.0.1:1', 'https://localhost', 'https://[::1]:1/x', 'https://unix:/run/x:/y'])
      expect(reach(local), local).toBe('local');
    for (const near of ['https://app:8443', 'https://db.internal', 'https://x.cluster.local/'])
      expect(reach(near), near).toBe('near');
    for (const remote of ['https://api.example', 'https://192.0.2.1', 'https://10.0.0.1:8443/'])
      expect(reach(remote), remote).toBe('remote');
  });

  it('is where the servers of an upstream are, the farthest of them', () => {
    const reach = (servers: string) => hop('proxy_pass https://up;', `upstream up { ${servers} }`).reach;
    expect(reach('server 127.0.0.1:1; server unix:/run/x;')).toBe('local');
    expect(reach('server 127.0.0.1:1; server api.example:443;')).toBe('remote');
  });

  it('is not said of addresses with variables, or upstreams that cannot be seen', () => {
    expect(hops(server('set $b $arg_b; proxy_pass https://$b;'))).toEqual([]);
    expect(hops(server('proxy_pass https://up;', 'upstream up { include servers.conf; }'))).toEqual([]);
  });
});

describe('TLS on a hop', () => {
  it('is that of the scheme, for each family', () => {
    expect(hop('grpc_pass grpcs://api.example;')).toMatchObject({ tls: true, verifySetting: 'grpc_ssl_verify' });
    expect(hop('grpc_pass api.example:1;').tls).toBe(false);
    expect(hop('uwsgi_pass suwsgi://api.example:1;')).toMatchObject({
      tls: true,
      nameSetting: 'uwsgi_ssl_server_name',
    });
    const stream = (inside: string) =>
      loadProject({ 'nginx.conf': `events {} stream { server { listen 1; proxy_pass api.example:1; ${inside} } }` })
        .model.hops[0]?.tls;
    expect([stream(''), stream('proxy_ssl on;')]).toEqual([false, true]);
  });

  it('is verified where the nearest level says so', () => {
    expect(verified('proxy_pass https://api.example;')).toBe(false);
    expect(verified('proxy_pass https://api.example;', 'proxy_ssl_verify on;')).toBe(true);
    expect(verified('proxy_ssl_verify off; proxy_pass https://api.example;', 'proxy_ssl_verify on;')).toBe(false);
    expect(verified('include tls.conf; proxy_pass https://api.example;')).toBe('unknown');
  });
});

describe('a scheme that does not fit its port', () => {
  const mismatch = (address: string, around = '') => hop(`proxy_pass ${address};`, around).mismatch !== undefined;

  it('is plain HTTP to 443, and TLS to 80', () => {
    expect(mismatch('http://api.example:443')).toBe(true);
    expect(mismatch('https://api.example:80/x')).toBe(true);
    for (const right of [
      'http://api.example',
      'https://api.example',
      'http://api.example:8443',
      'https://a.example:8080',
    ])
      expect(mismatch(right), right).toBe(false);
  });

  it('is also that of all servers of an upstream, where no port means 80', () => {
    const up = (servers: string) => `upstream up { ${servers} }`;
    expect(mismatch('http://up', up('server a.example:443; server b.example:443;'))).toBe(true);
    expect(mismatch('https://up', up('server a.example;'))).toBe(true);
    expect(mismatch('https://up', up('server a.example:80;'))).toBe(true);
    expect(mismatch('https://up', up('server a.example:443; server b.example;'))).toBe(false);
    expect(mismatch('http://up', up('server a.example:443; server b.example:80;'))).toBe(false);
    expect(mismatch('https://up', up('server unix:/run/x;'))).toBe(false);
  });
});

describe('an address with variables', () => {
  const labelled = (lines: string) =>
    loadProject(http(`server { ${lines} }`)).model.hops.map(
      ({ tls, name, reach }) => `${tls ? 'TLS' : 'plain'} ${name} ${reach}`,
    );

  it('is known where one `set` gives each of them', () => {
    expect(labelled('location / { set $app api.example.com; proxy_pass https://$app; }')).toEqual([
      'TLS api.example.com remote',
    ]);
    expect(
      labelled('set $proto https; location / { set $app shop; proxy_pass $proto://$app:8443$request_uri; }'),
    ).toEqual(['TLS shop near']);
  });

  it.each([
    ['twice', 'location / { set $app a.example.com; set $app b.example.com; proxy_pass https://$app; }'],
    [
      'on a condition',
      'location / { set $app a.example.com; if ($host) { set $app b.example.com; } proxy_pass https://$app; }',
    ],
    ['elsewhere', 'location /a { set $app a.example.com; } location /b { proxy_pass https://$app; }'],
    ['from the request', 'location / { set $app $host; proxy_pass https://$app; }'],
    [
      'perhaps in a file that is not there',
      'include missing.conf; location / { set $app a.example.com; proxy_pass https://$app; }',
    ],
  ])('is not known where it is set %s', (_, lines) => {
    expect(labelled(lines)).toEqual([]);
  });
});
