/** Owns what the lowering makes of Apache's inheritance, conditions, includes, and of lines that take each other's requests. */
import { describe, expect, it } from 'vitest';
import { claimOf } from '../../server/src/analysis/languages.ts';
import { endpointsOf, routesOf } from '../../server/src/model/model.ts';
import type { Fact } from '../../server/src/model/origin.ts';
import { host, load, main, type Settings } from './project.ts';

const listed = (text: string, settings: Settings = {}) =>
  endpointsOf(main(text, settings).model).map((endpoint) => endpoint.listed.map(({ version }) => version).join(' '))[0];
const told = <T>(fact: Fact<T>): T | string => (fact.known ? fact.value : `unknown: ${fact.why}`);

describe('SSLProtocol', () => {
  it.each([
    ['all -SSLv3', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
    ['all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1', 'TLSv1.2 TLSv1.3'],
    ['-all +TLSv1.2 +TLSv1.3', 'TLSv1.2 TLSv1.3'],
    // Without signs the last word counts (AH02532).
    ['TLSv1.2 TLSv1.3', 'TLSv1.3'],
    ['tlsv1.2', 'TLSv1.2'],
    ['TLSv1.2 +TLSv1.3', 'TLSv1.2 TLSv1.3'],
  ])('%s', (words, versions) => {
    expect(listed(host(`SSLProtocol ${words}`))).toBe(versions);
  });

  it('comes from the main server, wherever it stands, unless the host has its own', () => {
    expect(listed(`${host('')}SSLProtocol -all +TLSv1.2\n`)).toBe('TLSv1.2');
    expect(listed(`${host('SSLProtocol -all +TLSv1.3')}SSLProtocol -all +TLSv1.2\n`)).toBe('TLSv1.3');
    expect(listed(host('SSLProtocol -all +TLSv1.3\nSSLProtocol -all +TLSv1.2'))).toBe('TLSv1.2');
  });

  it('is filled in from Define, and not known where a variable is left', () => {
    expect(listed(`Define VERSIONS TLSv1.2\n${host('SSLProtocol ${VERSIONS}')}`)).toBe('TLSv1.2');
    expect(listed(host('SSLProtocol ${VERSIONS}'))).toBe('');
  });
});

describe('SSLOpenSSLConfCmd', () => {
  const command = (name: string, text: string) => `SSLOpenSSLConfCmd ${name} ${text}`;

  it.each([
    ['a range', command('MinProtocol', 'TLSv1.2'), 'TLSv1.2 TLSv1.3'],
    ['another case', command('minprotocol', 'TLSv1.3'), 'TLSv1.3'],
    ['more than is listed', `SSLProtocol TLSv1.3\n${command('MinProtocol', 'TLSv1.1')}`, 'TLSv1.1 TLSv1.2 TLSv1.3'],
    ['nothing is left', `SSLProtocol TLSv1.2\n${command('MinProtocol', 'TLSv1.3')}`, ''],
    ['what is not read', command('Protocol', '-TLSv1.3'), ''],
  ])('%s', (_, lines, versions) => {
    expect(listed(host(lines))).toBe(versions);
  });

  it('is in the way of SSLProtocol', () => {
    const project = main(host(`SSLProtocol all\n${command('MinProtocol', 'TLSv1')}`));
    const [endpoint] = endpointsOf(project.model);
    if (endpoint === undefined) throw new Error('no endpoint');
    expect(project.realize({ kind: 'set-tls-versions', endpoint, versions: ['TLSv1.3'] })).toBeUndefined();
  });

  it('of another host at the address may count', () => {
    const versions = 'SSLProtocol -all +TLSv1.3\n';
    const text = host(versions) + host(versions + command('MinProtocol', 'TLSv1.3'), '');
    const { model } = main(text, { target: { apache: '2.4.71' } });
    expect(endpointsOf(model).map((one) => one.versions.known)).toEqual([true, false]);
  });

  it.each([
    ['TLS1.2', true],
    ['tlsv1.2', true],
    ['TLSv1.2', false],
    ['None', false],
    ['${LEAST}', false],
  ])('MinProtocol %s', (text, refused) => {
    const problems = main(host(command('MinProtocol', text))).model.problems.map(({ message }) => message);
    expect(problems).toEqual(refused ? [expect.stringContaining('AH02407')] : []);
  });
});

describe('mod_md', () => {
  const plain = (before: string) => {
    const text = `${before}\nListen 80\n<VirtualHost *:80>\nServerName a\nDocumentRoot /x\n</VirtualHost>\n`;
    const fact = main(text).model.sites[0]?.plainAnswer;
    return fact?.known === true ? fact.value : 'unknown';
  };

  it.each([
    ['MDomain a', 'pages'],
    ['MDomain a\nMDRequireHttps permanent', 'unknown'],
    ['MDomain a\nMDRequireHttps off', 'pages'],
    ['<MDomainSet a>\nMDRequireHttps temporary\n</MDomainSet>', 'unknown'],
  ])('%s', (lines, answer) => {
    expect(plain(lines)).toBe(answer);
  });

  it('its own files are looked at', () => {
    const uses = main(
      '<MDomainSet a>\nMDCertificateFile a.pem\nMDCertificateKeyFile a.key\n</MDomainSet>\n',
    ).fileUses();
    expect(uses.map(({ setting }) => setting)).toEqual(['MDCertificateFile', 'MDCertificateKeyFile']);
  });
});

describe('conditions', () => {
  const inside = (open: string, close: string, settings: Settings = {}) => {
    const [endpoint] = endpointsOf(main(host(`${open}\nSSLProtocol -all +TLSv1.2\n${close}`), settings).model);
    return endpoint?.versions.known === true ? endpoint.versions.value.join(' ') : 'unknown';
  };

  it.each([
    ['<IfModule mod_ssl.c>', '</IfModule>', 'TLSv1.2'],
    ['<IfModule !mod_ssl.c>', '</IfModule>', 'unknown'],
    ['<IfDefine X>', '</IfDefine>', 'unknown'],
    ['Define X\n<IfDefine X>', '</IfDefine>', 'TLSv1.2'],
    ['Define X\n<IfDefine X>\n<IfDefine Y>', '</IfDefine>\n</IfDefine>', 'unknown'],
    ['<IfVersion >= 2.4>', '</IfVersion>', 'TLSv1.2'],
    ['<IfVersion >= 2.4.50>', '</IfVersion>', 'unknown'],
  ])('%s', (open, close, versions) => {
    expect(inside(open, close)).toBe(versions);
  });

  it('a version is decided by the target', () => {
    const target = { apache: '2.4.57' };
    expect(inside('<IfVersion >= 2.4.50>', '</IfVersion>', { target })).toBe('TLSv1.2');
  });

  it('a macro could be anything', () => {
    const [endpoint] = endpointsOf(main(host('Use Policy modern')).model);
    expect(endpoint?.versions).toMatchObject({ known: false });
  });
});

describe('includes', () => {
  it('follows patterns and folders below the server root, in order', () => {
    const { model, files } = load({
      '/project/apache2.conf': 'Listen 443\nInclude conf-enabled/*.conf\nIncludeOptional sites-enabled\n',
      '/project/conf-enabled/b.conf': 'SSLProtocol -all +TLSv1.3\n',
      '/project/conf-enabled/a.conf': 'SSLProtocol -all +TLSv1.2\n',
      '/project/sites-enabled/shop.conf': host('', ''),
    });
    expect(files.map(({ id }) => id)).toEqual([
      '/project/apache2.conf',
      '/project/conf-enabled/a.conf',
      '/project/conf-enabled/b.conf',
      '/project/sites-enabled/shop.conf',
    ]);
    expect(endpointsOf(model)[0]?.listed.map(({ version }) => version)).toEqual(['TLSv1.3']);
  });

  it('knows /etc/httpd/conf/httpd.conf by its ServerRoot', () => {
    const { files } = load({
      '/project/httpd/conf/httpd.conf': 'ServerRoot "/etc/httpd"\nListen 80\nIncludeOptional conf.d/*.conf\n',
      '/project/httpd/conf.d/ssl.conf': 'SSLProtocol all\n',
    });
    expect(files).toHaveLength(2);
  });

  it('a file that is not there hides what it could say', () => {
    const { model } = main(host('', 'Listen 443\nInclude conf.d/tls.conf'));
    expect(endpointsOf(model)[0]?.versions.known).toBe(false);
    expect(model.problems.map(({ rule }) => rule)).toContain('config-include-missing');
  });

  it('reads nothing twice without end', () => {
    const { model } = main('Listen 80\nInclude apache2.conf\n');
    expect(model.problems.map(({ rule }) => rule)).toEqual(['config-include-cycle']);
  });
});

describe('routes', () => {
  const routes = (lines: string, before = 'Listen 443') => routesOf(main(host(lines, before)).model);

  it('parameters count for the worker that was there first', () => {
    const [, ws] = routes('ProxyPass /a http://app:3000/\nProxyPass /ws http://app:3000/ws upgrade=websocket');
    expect(told(ws?.upgrade as Fact<unknown>)).toMatchObject({ passes: false });
    const [first] = routes('ProxyPass /ws http://app:3000/ws upgrade=websocket\nProxyPass /a http://app:3000/');
    expect(told(first?.upgrade as Fact<unknown>)).toMatchObject({ passes: true });
    const [, other] = routes('ProxyPass /a http://app:3000/\nProxyPass /ws ws://app:3000/ws');
    expect(told(other?.upgrade as Fact<unknown>)).toMatchObject({ passes: true });
  });

  it('a path covers what lies below it, not what begins like it', () => {
    const shadowed = (first: string, second: string) =>
      routes(`ProxyPass ${first} http://a/\nProxyPass ${second} ws://b/`)[1]?.handshake.shadow !== undefined;
    expect(shadowed('/', '/ws')).toBe(true);
    expect(shadowed('/ws', '/ws')).toBe(true);
    expect(shadowed('/ws', '/ws/chat')).toBe(true);
    expect(shadowed('/w', '/ws')).toBe(false);
    expect(shadowed('/ws/', '/ws')).toBe(false);
  });

  it('a limit is the larger of both sides', () => {
    const seconds = (lines: string, before?: string) => {
      const idle = routes(lines, before)[0]?.idle;
      return idle?.known === true ? idle.value.seconds : undefined;
    };
    const pass = 'ProxyPass /ws ws://app/ws';
    expect(seconds(pass)).toBe(60);
    expect(seconds(`${pass} timeout=5`)).toBe(60);
    expect(seconds(`${pass} timeout=90`)).toBe(90);
    expect(seconds(`ProxyTimeout 2min\n${pass}`)).toBe(120);
    expect(seconds(pass, 'Listen 443\nTimeout 300')).toBe(300);
  });
});

describe('workers', () => {
  const B = 'http://app:3000';
  const read = (lines: string, before?: string, settings: Settings = {}) => {
    const { model } = main(host(lines, before), settings);
    const route = routesOf(model).at(-1);
    return [
      route?.upgrade.known === true ? route.upgrade.value.passes : 'unknown',
      route?.idle.known === true ? route.idle.value.seconds : 'unknown',
      ...model.problems.map(({ message }) => /`ProxySet`|`\w+=`/.exec(message)?.[0]),
    ];
  };
  const set = (url: string, parameters: string) => `<Proxy ${url}>\nProxySet ${parameters}\n</Proxy>`;
  const pass = `ProxyPass /ws ${B}/ws`;
  const balanced = (members: string, more = '') =>
    `<Proxy balancer://b>\n${members}\n</Proxy>\nProxyPass /ws balancer://b/ws${more}`;

  it.each([
    ['a section before the line', `${set(`${B}/`, 'upgrade=websocket timeout=90')}\n${pass}`, [true, 90]],
    ['arguments of a section', `<Proxy ${B}/ws upgrade=websocket timeout=90>\n</Proxy>\n${pass}`, [true, 90]],
    ['a section behind the line', `${pass}\n${set(`${B}/ws`, 'upgrade=websocket timeout=90')}`, [true, 90]],
    ['a section for all of the host, behind the line', `${pass}\n${set(`${B}/`, 'upgrade=websocket')}`, [false, 60]],
    [
      'a section that sets nothing',
      `<Proxy ${B}/>\nRequire all granted\n</Proxy>\n${pass} upgrade=websocket`,
      [true, 60],
    ],
    [
      'a section that hides something',
      `<Proxy ${B}/ws>\nInclude x.conf\nProxySet timeout=90\n</Proxy>\n${pass}`,
      ['unknown', 'unknown', undefined],
    ],
    [
      'a section that may not count',
      `<IfDefine X>\n${set(`${B}/ws`, 'upgrade=websocket')}\n</IfDefine>\n${pass}`,
      ['unknown', 'unknown'],
    ],
    ['ProxySet behind the line', `${pass} upgrade=websocket\nProxySet ${B}/ws upgrade=NONE timeout=90`, [false, 90]],
    [
      'ProxySet before the line',
      `ProxySet ${B}/ws upgrade=websocket\n${pass} upgrade=websocket`,
      [true, 60, '`ProxySet`'],
    ],
    [
      'members',
      balanced(`BalancerMember ${B} upgrade=websocket timeout=90\nBalancerMember ${B}1 upgrade=websocket timeout=80`),
      [true, 80],
    ],
    ['a member without upgrade=', balanced(`BalancerMember ${B} upgrade=websocket\nBalancerMember ${B}1`), [false, 60]],
    ['a timeout of the balancer', balanced(`BalancerMember ${B} upgrade=websocket`, ' timeout=90'), [true, 60]],
    ['a parameter of members', balanced(`BalancerMember ${B}`, ' upgrade=websocket'), [false, 60, '`upgrade=`']],
    [
      'members outside of a section',
      `BalancerMember balancer://b ${B} upgrade=websocket\nProxyPass /ws balancer://b/ws`,
      [true, 60],
    ],
  ])('%s', (_, lines, expected) => {
    expect(read(lines)).toEqual(expected);
  });

  it('of the main server count only below their own address', () => {
    expect(read(pass, `Listen 443\n${set(`${B}/`, 'upgrade=websocket')}`)).toEqual([false, 60]);
    expect(read(`ProxyPass /ws ${B}/`, `Listen 443\n${set(`${B}/ws`, 'upgrade=websocket')}`)).toEqual(['unknown', 60]);
    const members = `<Proxy balancer://b>\nBalancerMember ${B} upgrade=websocket\n</Proxy>`;
    expect(read('ProxyPass /ws balancer://b/ws', `Listen 443\n${members}`)).toEqual([true, 60]);
    expect(read(balanced(`BalancerMember ${B}`), `Listen 443\n${members}`)).toEqual(['unknown', 'unknown']);
  });

  it('of a balancer pass nothing on before 2.4.47 either', () => {
    const lines = balanced(`BalancerMember ${B} upgrade=websocket`);
    expect(read(lines, undefined, { target: { apache: '2.4.46' } })[0]).toBe(false);
  });
});

describe('listeners', () => {
  const tls = (text: string) => {
    const site = main(text).model.sites.find(({ listeners }) => listeners.length > 0);
    const fact = site?.listeners[0]?.tls;
    return fact?.known === true ? fact.value : 'unknown';
  };
  const HOST = '<VirtualHost *:443>\nServerName a\n</VirtualHost>\n';
  const FILE = 'SSLCertificateFile a.pem\n';

  it.each([
    ['a certificate of its own', `Listen 443\n${HOST.replace('</', `${FILE}</`)}`, true],
    ['that of the main server', `Listen 443\n${FILE}${HOST}`, true],
    ['no certificate', `Listen 443\n${HOST}`, false],
    ['a certificate on another port', `Listen 444\n${FILE}${HOST.replace('443', '444')}`, false],
    ['a line for https', `Listen 444 https\n${FILE}${HOST.replace('443', '444')}`, true],
    ['mod_md', `Listen 443\nMDomain a\n${HOST}`, 'unknown'],
    ['the main server alone', `Listen 443\n${FILE}`, 'unknown'],
  ])('%s', (_, text, expected) => {
    expect(tls(text)).toBe(expected);
  });
});

describe('upgrade= before 2.4.47', () => {
  const passes = (lines: string, apache: string) =>
    routesOf(main(host(lines), { target: { apache } }).model).map(({ upgrade }) =>
      upgrade.known ? upgrade.value.passes : upgrade.why,
    );
  const SHARED = 'ProxyPass /ws/in http://app/ upgrade=websocket\nProxyPass /ws http://app/ws';

  it('does nothing for http://, and ws:// needs none', () => {
    expect(passes('ProxyPass /ws http://app/ws upgrade=websocket', '2.4.46')).toEqual([false]);
    expect(passes('ProxyPass /ws http://app/ws upgrade=websocket', '2.4.47')).toEqual([true]);
    expect(passes('ProxyPass /ws ws://app/ws', '2.4.46')).toEqual([true]);
    expect(passes(SHARED, '2.4.46')).toEqual([false, false]);
    expect(passes(SHARED, '2.4.71')).toEqual([true, true]);
  });
});

describe('redirects of handshakes', () => {
  const redirected = (text: string) => {
    const found = main(text).model.sites.flatMap(({ redirects }) => (redirects.known ? redirects.value : []));
    return found.map(({ path }) => path);
  };
  const rules = (condition: string) =>
    `RewriteEngine On\n${condition}RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\nProxyPass /ws ws://app/ws\n`;
  const plain = (lines: string) => `Listen 80\n<VirtualHost *:80>\nServerName a\n${lines}</VirtualHost>\n`;

  it.each([
    ['without a condition', plain(rules('')), ['/ws']],
    ['plain requests of a plain host', plain(rules('RewriteCond %{HTTPS} off\n')), ['/ws']],
    ['plain requests of a host with TLS', host(rules('RewriteCond %{HTTPS} off\n')), []],
    ['what a proxy in front says', plain(rules('RewriteCond %{HTTP:X-Forwarded-Proto} !https\n')), []],
  ])('%s', (_, text, paths) => {
    expect(redirected(text)).toEqual(paths);
  });
});

describe('rules that share the requests of a host', () => {
  const said = (lines: string) =>
    routesOf(main(host(`RewriteEngine On\n${lines}`)).model).map(({ webSocket, upgrade }) =>
      webSocket.level === 'none' ? 'none' : upgrade.known ? upgrade.value.passes : upgrade.why,
    );
  const balancers =
    '<Proxy balancer://ws>\nBalancerMember ws://a:1\n</Proxy>\n<Proxy balancer://web>\nBalancerMember http://a:1\n</Proxy>\n';

  it('what leaves handshakes out is for none', () => {
    const rest = 'RewriteCond %{HTTP:Upgrade} !=websocket [NC]\nRewriteRule ^/ws/(.*) http://a:1/ws/$1 [P]';
    expect(said(rest)).toEqual(['none']);
    expect(said(rest.replace('[NC]', '[NC,OR]').replace('\n', '\nRewriteCond %{HTTPS} on\n'))).toEqual([false]);
  });

  it('a balancer of ws:// takes handshakes', () => {
    const rule = 'RewriteCond %{QUERY_STRING} transport=websocket\nRewriteRule ^/(.*) balancer://ws/$1 [P]\n';
    expect(said(`${balancers}${rule}ProxyPass /socket.io balancer://web/socket.io`)).toEqual([
      'a `RewriteRule` takes handshakes',
      true,
    ]);
  });
});

describe('.htaccess', () => {
  const htaccess = (text: string) =>
    routesOf(load({ '/project/.htaccess': text }).model).map(({ path, upgrade, webSocket }) => [
      path,
      webSocket.level,
      upgrade.known ? upgrade.value.passes : 'unknown',
    ]);

  it.each([
    ['RewriteEngine On\nRewriteRule ^ws/(.*) ws://127.0.0.1:3000/ws/$1 [P]', [['^ws/(.*)', 'certain', true]]],
    ['RewriteEngine On\nRewriteRule ^ws/(.*) http://127.0.0.1:3000/ws/$1 [P]', [['^ws/(.*)', 'suspected', false]]],
    ['RewriteRule ^ws/(.*) ws://127.0.0.1:3000/ws/$1 [P]', [['^ws/(.*)', 'certain', true]]],
    ['RewriteEngine Off\nRewriteRule ^ws/(.*) ws://127.0.0.1:3000/ws/$1 [P]', [['^ws/(.*)', 'certain', false]]],
    ['RewriteEngine On\nRewriteRule ^(.*)$ index.php [L]', []],
    ['Header set X-Frame-Options DENY', []],
  ])('%s', (text, expected) => {
    expect(htaccess(text)).toEqual(expected);
  });
});

describe('claims', () => {
  const claimed = (path: string, text: string) => {
    const found = claimOf(path, () => text);
    return found === undefined ? undefined : `${found.language.id} ${found.claim}`;
  };

  it.each([
    ['/x/httpd.conf', 'Listen 80', 'apache root'],
    ['/x/.htaccess', 'RewriteEngine On', 'apache fragment'],
    ['/etc/apache2/sites-available/shop.conf', '<VirtualHost *:80>\n</VirtualHost>', 'apache fragment'],
    ['/x/sites-available/shop.conf', '<VirtualHost *:80>\n  ServerName a\n</VirtualHost>', 'apache fragment'],
    ['/x/sites-available/shop.conf', 'server {\n  listen 80;\n}\n', 'nginx fragment'],
    ['/x/sites-available/shop', 'server {\n  listen 80;\n}\n', 'nginx fragment'],
    ['/etc/httpd/conf.d/ssl.conf', 'SSLProtocol all\n', 'apache fragment'],
    ['/x/notes.conf', 'SSLProtocol is a directive of Apache.\nIt is long.\nSo it goes.\n', undefined],
    ['/x/notes.txt', '<VirtualHost *:80>\n</VirtualHost>', undefined],
  ])('%s', (path, text, language) => {
    expect(claimed(path, text)).toBe(language);
  });
});
