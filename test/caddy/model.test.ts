/** Owns what the lowering makes of Caddyfiles: sites, the order of directives, imports, TLS, what stays unknown, and the edits. */
import { describe, expect, it } from 'vitest';
import { webSocketsOf } from '../../server/src/model/model.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { load, main, messages } from './project.ts';

const site = (lines: string, address = 'shop.example') => `${address} {\n${lines}\n}\n`;
const routes = (text: string, target?: string) =>
  main(text, target === undefined ? {} : { target }).model.sites.flatMap((one) => one.routes);
const first = (text: string, target?: string) => {
  const [route] = routes(text, target);
  if (route === undefined) throw new Error('no route');
  return route;
};

describe('sites', () => {
  const listens = (text: string) =>
    main(text).model.sites.flatMap(({ listeners }) =>
      listeners.map(({ port, tls }) => [port.known ? port.value : port.why, tls.known ? tls.value : tls.why]),
    );

  it.each([
    ['shop.example', [[443, true]]],
    ['http://shop.example', [[80, false]]],
    ['shop.example:8443', [[8443, true]]],
    [':8080', [[8080, false]]],
    ['localhost', [[443, true]]],
    [
      'http://shop.example, https://shop.example',
      [
        [80, false],
        [443, true],
      ],
    ],
    ['{$SITE:localhost}', [['the environment decides its port', 'the environment decides its address']]],
  ])('%s', (address, expected) => {
    expect(listens(site('respond x', address))).toEqual(expected);
  });

  it('take ports and automatic HTTPS from the global options', () => {
    expect(listens(`{\nhttp_port 8080\nhttps_port 8443\n}\n${site('', 'a.example, http://b.example')}`)).toEqual([
      [8443, true],
      [8080, false],
    ]);
    expect(listens(`{\nauto_https off\n}\n${site('', 'a.example:8000')}`)).toEqual([[8000, true]]);
    expect(listens(site('tls internal', ':8000'))).toEqual([[8000, true]]);
  });

  it('are redirected by Caddy where they do not listen in plain text themselves', () => {
    const plain = (text: string) =>
      main(text).model.sites.map(({ plainAnswer: one }) => (one.known ? one.value : one.why));
    expect(plain(site('reverse_proxy app:80'))).toEqual(['redirect']);
    expect(plain(`{\nauto_https disable_redirects\n}\n${site('reverse_proxy app:80')}`)).toEqual(['nothing']);
    expect(plain(site('reverse_proxy app:80', 'http://a.example'))).toEqual(['pages']);
    expect(plain(site('redir https://{host}{uri}', 'http://a.example'))).toEqual(['redirect']);
  });
});

describe('the order of directives', () => {
  const shadow = (lines: string, options = '') => first(`${options}${site(lines)}`).handshake.shadow?.message;

  it('is not that of the text', () => {
    expect(shadow('reverse_proxy /ws/* a:1\nrespond 404')).toContain('`respond 404` counts before');
    expect(shadow('file_server\nreverse_proxy /ws/* a:1')).toBeUndefined();
    expect(shadow('reverse_proxy /ws/* a:1\nrespond /health 200')).toBeUndefined();
    expect(shadow('handle /ws/* {\nreverse_proxy a:1\n}\nhandle {\nrespond 404\n}')).toBeUndefined();
    expect(shadow('handle {\nrespond 404\n}\nreverse_proxy /ws/* a:1')).toContain('`handle` counts before');
    expect(shadow('handle_path /ws/* {\nreverse_proxy a:1\n}\nhandle {\nrespond 404\n}')).toBeUndefined();
  });

  it('is that of the text in `route`, and what `order` says', () => {
    expect(shadow('route {\nreverse_proxy /ws/* a:1\nrespond 404\n}')).toBeUndefined();
    expect(shadow('route {\nrespond 404\nreverse_proxy /ws/* a:1\n}')).toContain('stands before it');
    const order = '{\norder reverse_proxy before respond\n}\n';
    expect(shadow('respond 404\nreverse_proxy /ws/* a:1', order)).toBeUndefined();
  });

  it('puts longer paths first', () => {
    const text = site('reverse_proxy /ws* a:1\nreverse_proxy /ws/chat/* b:2\nreverse_proxy c:3');
    expect(routes(text).map(({ upstream }) => upstream)).toEqual(['b:2', 'a:1', 'c:3']);
  });

  it('is not judged by matchers that cannot be known', () => {
    expect(shadow('@m remote_ip 10.0.0.0/8\nrespond @m 403\nreverse_proxy /ws/* a:1')).toBeUndefined();
    expect(shadow('respond {$WHERE} 403\nreverse_proxy /ws/* a:1')).toBeDefined();
  });
});

describe('imports', () => {
  const files = (lines: string, more: Record<string, string>) => load({ '/project/Caddyfile': lines, ...more }).model;

  it('bring snippets and files in, with their arguments', () => {
    const model = files(
      `(proxy) {\nreverse_proxy {args[0]} {args.1}\n}\n${site('import proxy /ws/* app:3000\nimport more/*.conf')}`,
      {
        '/project/more/a.conf': 'header Strict-Transport-Security max-age=60\n',
      },
    );
    expect(model.sites[0]?.routes.map(({ path, upstream }) => [path, upstream])).toEqual([['/ws/*', 'app:3000']]);
    expect(model.sites[0]?.hsts).toMatchObject({ known: true, value: [{ kind: 'short' }] });
    expect(model.problems).toEqual([]);
  });

  it('bring sites in, and blocks back', () => {
    const model = files('import sites/*\n', { '/project/sites/a.caddyfile': site('reverse_proxy /ws/* app:1') });
    expect(model.sites.map(({ label }) => label)).toEqual(['shop.example']);
    const block = files(
      `(p) {\nreverse_proxy app:1 {\n{block}\n}\n}\n${site('import p {\nstream_close_delay 1m\n}')}`,
      {},
    );
    expect(block.sites[0]?.routes[0]?.webSocket.level).toBe('certain');
  });

  it('leave what cannot be seen unknown', () => {
    const { sites, unseen, problems } = files(site('import {$MORE}\nfile_server'), {});
    expect(unseen).toHaveLength(1);
    expect(sites[0]?.hsts.known).toBe(false);
    expect(problems).toEqual([]);
    expect(messages(load({ '/project/Caddyfile': site('import nothing.conf') }))[0]).toContain(
      'refuses the configuration',
    );
    expect(messages(load({ '/project/Caddyfile': site('import nothing/*.conf') }))).toEqual([]);
  });

  it('may not go round', () => {
    const cycle = load({ '/project/Caddyfile': '(a) {\nimport a\n}\nx.example {\nimport a\n}\n' });
    expect(cycle.model.problems.map(({ rule }) => rule)).toEqual(['config-include-cycle']);
  });
});

describe('tunnels', () => {
  it.each([
    ['reverse_proxy /ws/* a:1', true],
    [
      'reverse_proxy /ws/* a:1 {\nheader_up Connection {header.Connection}\nheader_up Upgrade {header.Upgrade}\n}',
      true,
    ],
    ['reverse_proxy /ws/* a:1 {\nheader_up -Sec-WebSocket-*\n}', false],
    ['reverse_proxy /ws/* a:1 {\nheader_up Connection ""\n}', false],
    ['request_header /api/* -Upgrade\nreverse_proxy /ws/* a:1', true],
    ['request_header /ws/* -Upgrade\nreverse_proxy /ws/* a:1', false],
    ['reverse_proxy /ws/* https://a.example {\ntransport http {\nversions 1.1 2\n}\n}', true],
  ])('%j', (lines, passes) => {
    const { upgrade } = first(site(lines));
    expect(upgrade).toMatchObject({ known: true, value: { passes } });
  });

  it('say what a placeholder of Caddy 1 is sent as', () => {
    const { upgrade } = first(site('reverse_proxy /ws/* a:1 {\nheader_up Upgrade {>Upgrade}\n}'));
    const message = expect.stringContaining('sends `{>Upgrade}` literally');
    expect(upgrade).toMatchObject({ value: { losses: [{ kind: 'wrong-value', message }] } });
  });

  it('know which limit counts', () => {
    const seconds = (lines: string, target?: string) => {
      const { idle } = first(site(`reverse_proxy /ws/* a:1 {\n${lines}\n}`), target);
      return idle.known ? idle.value.seconds : idle.why;
    };
    expect(seconds('')).toBe(Number.POSITIVE_INFINITY);
    expect(seconds('transport http {\nread_timeout 1m30s\n}\nstream_timeout 1h')).toBe(90);
    expect(seconds('stream_timeout 1d')).toBe(86_400);
    expect(seconds('stream_timeout {$LIFE}')).toBe('the environment decides a timeout');
  });

  it('get another Host from 2.11 on', () => {
    const kind = (target?: string) => {
      const { host } = first(site('reverse_proxy /ws/* https://a.example'), target).handshake;
      return host.known ? host.value.kind : host.why;
    };
    expect([kind('2.6.2'), kind('2.11.4')]).toEqual(['client', 'upstream']);
    expect(kind()).toContain('from 2.11 on');
  });
});

it('a matcher that misses clients is told of where they go somewhere else', () => {
  const strict = (lines: string) =>
    first(site(`@ws {\nheader Connection *Upgrade*\nheader Upgrade websocket\n}\nreverse_proxy @ws app:1\n${lines}`))
      .handshake.tooStrict;
  expect(strict('file_server')).toHaveLength(1);
  expect(strict('reverse_proxy other:1')).toHaveLength(1);
  expect(strict('reverse_proxy http://app:1')).toBeUndefined();
});

describe('client certificates', () => {
  const demand = (lines: string) => {
    const found = main(site(`tls {\nclient_auth {\n${lines}\n}\n}`)).model.sites[0]?.endpoint?.clientCertificates;
    return found?.known === true ? found.value : undefined;
  };

  it.each([
    ['mode request', 'unverified'],
    ['mode require', 'unverified'],
    ['mode verify_if_given', 'optional'],
    ['mode require_and_verify\ntrust_pool file ca.pem', 'required'],
    ['trusted_ca_cert_file ca.pem', 'required'],
  ])('%j', (lines, expected) => {
    expect(demand(lines)?.demand).toBe(expected);
  });

  it('are not judged where somebody looks at them', () => {
    const text = site(
      'tls {\nclient_auth {\nmode verify_if_given\n}\n}\nreverse_proxy a:1 {\nheader_up X-Subject {tls_client_subject}\n}',
    );
    const found = main(text).model.sites[0]?.endpoint?.clientCertificates;
    expect(found).toMatchObject({ known: true, value: { ways: { known: false } } });
  });
});

it('edits come to nothing where the words came in with an import', () => {
  const project = main(
    `(p) {\nreverse_proxy /ws/* a:1 {\nheader_up Host {args[0]}\nstream_close_delay 1m\n}\n}\n${site('import p other')}`,
  );
  const [route] = webSocketsOf(project.model);
  if (route === undefined) throw new Error('no route');
  expect(project.realize({ kind: 'forward-host', route, port: false })).toBeUndefined();
});

it('a removed line takes its block along, but no comment', () => {
  const after = (lines: string) => {
    const text = site(`    reverse_proxy /ws/* a:1 {\n${lines}    }`);
    const project = main(text);
    const [route] = webSocketsOf(project.model);
    if (route === undefined) throw new Error('no route');
    const [edits] = project.realize({ kind: 'forward-upgrade', route }) ?? [];
    return applyEdits(text, edits?.edits ?? []);
  };
  expect(after('        header_up -Upgrade\n')).toBe(site('    reverse_proxy /ws/* a:1'));
  expect(after('        # why\n        header_up -Upgrade\n')).toBe(
    site('    reverse_proxy /ws/* a:1 {\n        # why\n    }'),
  );
});

it('hostile files end soon', () => {
  const text = `a.example {\n${'reverse_proxy /ws/* b:1\n'.repeat(3000)}}\n`;
  const start = performance.now();
  expect(webSocketsOf(main(text).model)).toHaveLength(3000);
  expect(performance.now() - start).toBeLessThan(5000);
});

describe('what stands elsewhere', () => {
  const hops = (text: string) => main(text).model.hops.map(({ label, tls }) => [label, tls]);

  it('is a part of the route where a named route is invoked, and not gone into twice', () => {
    const named = '&(app) {\nreverse_proxy /ws/* chat:3000 {\nheader_up -Upgrade\n}\ninvoke app\n}\n';
    expect(first(`${named}${site('invoke app')}`).upgrade).toMatchObject({ value: { passes: false } });
    expect(routes(`${named}${site('invoke /x app')}${site('invoke other', 'b.example')}`)).toHaveLength(1);
    expect(first(`${named}${site('redir /ws/* https://x.example{uri}\ninvoke app')}`).upgrade.known).toBe(false);
  });

  it('goes to back ends from blocks for errors and for answers, and is no WebSocket there', () => {
    const text = site(
      'reverse_proxy app:80 {\n@e status 404\nhandle_response @e {\nreverse_proxy old:80\n}\n}\nhandle_errors {\nreverse_proxy /ws https://sorry.example\n}',
    );
    expect(hops(text)).toEqual([
      ['reverse_proxy app:80', false],
      ['reverse_proxy https://sorry.example', true],
      ['reverse_proxy old:80', false],
    ]);
    expect(routes(text)).toHaveLength(1);
  });

  it('is another line where answers lead on to it', () => {
    const lines = (more: string) => site(`route {\nreverse_proxy auth:80 {\n${more}\n}\nreverse_proxy /ws/* app:80\n}`);
    const shadows = (text: string) => routes(text).map(({ handshake }) => handshake.shadow !== undefined);
    expect(shadows(lines(''))).toEqual([false, true]);
    expect(shadows(lines('@good status 2xx\nhandle_response @good {\nrequest_header X-A b\n}'))).toEqual([
      false,
      false,
    ]);
  });

  it('is looked up by a name', () => {
    expect(hops(site('reverse_proxy {\ndynamic a app 9000\n}'))).toEqual([['reverse_proxy app', false]]);
    expect(hops(site('reverse_proxy {\ndynamic a {\nname app\nport 443\n}\n}'))).toEqual([
      ['reverse_proxy app', false],
    ]);
    expect(hops(site('reverse_proxy {\ndynamic multi {\na app 9000\n}\n}'))).toEqual([]);
    const [project] = [main(site('reverse_proxy /ws/* {\ndynamic srv _ws._tcp.app\n}'))];
    const [route] = project.model.sites.flatMap((one) => one.routes);
    expect(route === undefined ? route : project.addressesOf?.(route)).toBeUndefined();
  });
});

describe('certificates without automatic HTTPS', () => {
  const handshakes = (rest: string, option = 'off') =>
    main(`{\nauto_https ${option}\n}\n${rest}`).model.sites.map(({ endpoint: one }) =>
      one === undefined ? undefined : one.handshake.known ? one.handshake.value : one.handshake.why,
    );
  const maybe = 'another site may have a certificate for its names';

  it.each([
    [site(''), ['nothing']],
    [site('tls internal'), ['nothing']],
    [site('tls a@shop.example'), ['nothing']],
    [site('tls internal {\non_demand\n}'), [maybe]],
    [site('tls a.pem a.key'), ['certificate']],
    [site('tls a.pem a.key') + site('', 'b.example'), ['certificate', maybe]],
    [
      site('import missing'),
      ['what `import missing` brings in could not be seen (there is no such file, and no such snippet before it)'],
    ],
    [site('', 'http://shop.example'), [undefined]],
  ])('%s', (text, expected) => {
    expect(handshakes(text)).toEqual(expected);
    expect(handshakes(text, 'disable_certs')).toEqual(expected);
    expect(handshakes(text, 'disable_redirects')).not.toContain('nothing');
  });
});

describe('answers in the place of a 101', () => {
  const passes = (lines: string) => {
    const { upgrade } = first(site(`reverse_proxy /ws/* app:3000 {\n${lines}\n}`));
    return upgrade.known ? upgrade.value.passes : upgrade.why;
  };

  it.each([
    ['handle_response {\nrespond x\n}', false],
    ['@a status 1xx\nhandle_response @a {\nrespond x\n}', false],
    ['@a {\nstatus 101 200\n}\nhandle_response @a {\nredir https://x.example\n}', false],
    ['replace_status 200', false],
    ['handle_response {\ncopy_response\n}', true],
    ['handle_response {\nrequest_header X a\n}', true],
    ['handle_response {\nreverse_proxy b:80\n}', true],
    ['@a status 2xx\nhandle_response @a {\nrespond x\n}', true],
    ['@a {\nstatus 1xx\nheader X-A b\n}\nhandle_response @a {\nrespond x\n}', true],
    ['@a header X-Accel-Redirect *\nhandle_response @a {\nrespond x\n}', true],
    ['@a status 2xx\nreplace_status @a 200', true],
  ])('%s', (lines, expected) => {
    expect(passes(lines)).toBe(expected);
  });
});
