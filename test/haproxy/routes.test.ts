/** Owns what lowering says about routes: idle limits and where they come from, upgrades, protocols, evidence. */
import { describe, expect, it } from 'vitest';
import type { Route } from '../../server/src/model/model.ts';
import { DEFAULTS, load, onlyRoute, type Settings, textAt, web } from './project.ts';

const route = (text: string, settings?: Settings): Route => onlyRoute(load(text, settings).model);

function idle(text: string, settings?: Settings) {
  const fact = route(text, settings).idle;
  return fact.known ? { seconds: fact.value.seconds, formula: fact.value.formula } : { why: fact.why };
}

describe('the idle limit', () => {
  it('is the smaller of client and server without `timeout tunnel`', () => {
    expect(idle(web(DEFAULTS))).toEqual({
      seconds: 50,
      formula: 'the smaller of `timeout client` 1m and `timeout server` 50s, because there is no `timeout tunnel`',
    });
  });

  it('is `timeout tunnel` of the back end or its defaults alone', () => {
    expect(idle(web(DEFAULTS, '', 'timeout tunnel 1h'))).toEqual({ seconds: 3600, formula: '`timeout tunnel` 1h' });
    expect(idle(web(`${DEFAULTS}\n    timeout tunnel 2h`))).toEqual({ seconds: 7200, formula: '`timeout tunnel` 2h' });
  });

  it('reads bare numbers as milliseconds, and says so', () => {
    expect(idle(web(DEFAULTS, '', 'timeout tunnel 3600'))).toEqual({
      seconds: 3.6,
      formula: '`timeout tunnel` 3600 (3.6s)',
    });
    expect(idle(web(DEFAULTS, '', 'timeout tunnel 50000'))).toEqual({
      seconds: 50,
      formula: '`timeout tunnel` 50000 (50s)',
    });
  });

  it.each([
    ['500ms', 0.5],
    ['90s', 90],
    ['1m', 60],
    ['2h', 7200],
    ['1d', 86_400],
    ['1500us', 0.002],
  ])('knows the unit of %s', (written, seconds) => {
    expect(idle(web(DEFAULTS, '', `timeout tunnel ${written}`))).toMatchObject({ seconds });
  });

  it('has no end when nothing is set, and one side alone decides', () => {
    expect(idle(web('defaults\n    mode http'))).toEqual({
      seconds: Number.POSITIVE_INFINITY,
      formula: 'no `timeout tunnel`, `timeout client` or `timeout server` is set',
    });
    expect(idle(web('defaults\n    mode http\n    timeout client 10s'))).toMatchObject({ seconds: 10 });
    expect(idle(web('defaults\n    mode http\n    timeout client 0\n    timeout server 5s'))).toMatchObject({
      seconds: 5,
    });
  });

  it('takes `timeout tunnel 0` for none', () => {
    expect(idle(web(DEFAULTS, '', 'timeout tunnel 0'))).toEqual({
      seconds: 50,
      formula: 'the smaller of `timeout client` 1m and `timeout server` 50s, because `timeout tunnel` 0 counts as none',
    });
  });

  it('ignores `timeout tunnel` in a frontend, and says so', () => {
    expect(idle(web(DEFAULTS, 'timeout tunnel 1h'))).toEqual({
      seconds: 50,
      formula:
        'the smaller of `timeout client` 1m and `timeout server` 50s, because HAProxy ignores `timeout tunnel` in `frontend web`: it belongs to the back end',
    });
  });

  it('is unknown where the environment, an `.if` block or a rule decides', () => {
    expect(idle(web(DEFAULTS, '', 'timeout tunnel "$TUNNEL"'))).toEqual({
      why: '`timeout tunnel` comes from the environment',
    });
    expect(idle(web(DEFAULTS, '', '.if defined(X)\n    timeout tunnel 1h\n.endif'))).toEqual({
      why: '`timeout tunnel` stands in an `.if` block',
    });
    expect(idle(web(DEFAULTS, '', 'http-request set-timeout tunnel 5s if { path /x }'))).toEqual({
      why: '`set-timeout` decides it for each request',
    });
  });

  it('knows the last line of a section, whatever an `.if` block before it says', () => {
    expect(
      idle(web(DEFAULTS, '', '.if defined(X)\n    timeout tunnel 1h\n.endif\n    timeout tunnel 2h')),
    ).toMatchObject({
      seconds: 7200,
    });
  });
});

describe('inheritance', () => {
  it('is from the last `defaults` before the section', () => {
    const text = `defaults
    mode http
    timeout client 10s
    timeout server 10s
frontend web
    bind :80
    default_backend app
defaults
    mode http
    timeout server 5s
backend app
    server one 127.0.0.1:3000
`;
    const { idle: fact } = route(text);
    expect(fact).toMatchObject({ known: true, value: { seconds: 5 } });
    if (!fact.known) return;
    const [client, server] = fact.value.parts;
    expect([client?.setting, client?.seconds.value, server?.setting, server?.seconds.value]).toEqual([
      'timeout client',
      10,
      'timeout server',
      5,
    ]);
    expect(server?.seconds.origin).toMatchObject({ kind: 'inherited', through: [{ what: 'defaults' }] });
  });

  it('follows `from`, through several `defaults`, and nothing else then', () => {
    const text = `defaults base
    mode http
    timeout client 10s
defaults tuned from base
    timeout server 20s
defaults other
    timeout tunnel 1s
frontend web from tuned
    bind :80
    default_backend app
backend app from tuned
    server one 127.0.0.1:3000
`;
    const { idle: fact } = route(text);
    expect(fact).toMatchObject({ known: true, value: { seconds: 10 } });
    if (!fact.known) return;
    expect(fact.value.parts[0]?.seconds.origin).toMatchObject({
      kind: 'inherited',
      through: [{ what: 'defaults tuned' }, { what: 'defaults base' }],
    });
    expect(
      fact.value.parts.map(({ seconds }) =>
        seconds.origin.kind === 'default' ? '' : textAt(text, seconds.origin.place),
      ),
    ).toEqual(['timeout client 10s', 'timeout server 20s']);
  });

  it('is unknown from `defaults` that are not there, stand in an `.if` block, or may stand in another file', () => {
    expect(idle(web(DEFAULTS).replace('\nbackend app\n', '\nbackend app from gone\n'))).toEqual({
      why: '`defaults gone` is in none of the files seen',
    });
    expect(idle(web(`.if defined(X)\n${DEFAULTS}\n.endif`))).toEqual({
      why: 'the last `defaults` stands in an `.if` block',
    });
    const part =
      'frontend web\n    mode http\n    bind :80\n    default_backend app\nbackend app\n    mode http\n    server s 127.0.0.1:80\n';
    const { model } = load(part, { root: '/project/haproxy/20-web.cfg' });
    expect(model.role).toBe('fragment');
    expect(onlyRoute(model).idle.known).toBe(false);
  });
});

describe('routes', () => {
  it('are one for each pair of frontend and back end, at the first line that leads there', () => {
    const text = `${DEFAULTS}
frontend web
    bind :80
    use_backend ws if { path_beg /ws }
    use_backend ws if { path_beg /socket.io }
    use_backend %[req.hdr(host)]
    default_backend app
frontend inner
    bind :81
    default_backend app
backend ws
    server a 127.0.0.1:1
backend app
    server b 127.0.0.1:2
`;
    const { model } = load(text);
    const routes = model.sites.flatMap((site) => site.routes);
    expect(routes.map(({ label, path, place }) => [label, path, textAt(text, place)])).toEqual([
      ['frontend web to backend ws', '/ws', 'use_backend ws'],
      ['frontend web to backend app', undefined, 'default_backend app'],
      ['frontend inner to backend app', undefined, 'default_backend app'],
    ]);
    expect(model.unseen.map(({ what }) => what)).toEqual(['the back ends that this line makes up for each request']);
  });

  it('of a `listen` section are at its first server', () => {
    const text = `listen chat\n    mode http\n    bind :80\n    server a 127.0.0.1:1\n    server b 127.0.0.1:2\n`;
    const one = route(text, { root: '/project/haproxy.cfg' });
    expect([one.label, one.upstream, textAt(text, one.place)]).toEqual(['listen chat', 'chat', 'server a']);
  });

  it('know nothing of back ends in other files', () => {
    const one = route(`${DEFAULTS}\nfrontend web\n    bind :80\n    default_backend elsewhere\n`);
    expect([one.idle.known, one.upgrade.known, one.backendHttp.known]).toEqual([false, false, false]);
  });

  it('leave disabled frontends out', () => {
    expect(load(web(DEFAULTS, 'disabled')).model.sites).toEqual([]);
  });
});

describe('evidence', () => {
  const evidence = (text: string, settings?: Settings) => route(text, settings).webSocket;
  const chosen = (lines: string, backend = 'app') =>
    `${DEFAULTS}\nfrontend web\n    bind :80\n    ${lines}\nbackend ${backend}\n    server one 127.0.0.1:3000\n`;

  it.each([
    ['acl is_ws hdr(Upgrade) -i WebSocket\n    use_backend app if is_ws'],
    ['use_backend app if { req.hdr(upgrade),lower -m str websocket }'],
    ['use_backend app if { hdr(Sec-WebSocket-Key) -m found }'],
  ])('is certain from a condition: %s', (lines) => {
    expect(evidence(chosen(lines)).level).toBe('certain');
  });

  it('is certain from a `timeout tunnel` of the back end itself in mode http, not from one in `defaults` or in mode tcp', () => {
    expect(evidence(web(DEFAULTS, '', 'timeout tunnel 1h')).level).toBe('certain');
    expect(evidence(web(`${DEFAULTS}\n    timeout tunnel 1h`)).level).toBe('none');
    expect(evidence(web(DEFAULTS.replace('http', 'tcp'), '', 'timeout tunnel 1h')).level).toBe('none');
  });

  it('is certain from the settings', () => {
    const text = chosen('use_backend app if { path_beg /feed }');
    expect(evidence(text).level).toBe('none');
    expect(evidence(text, { webSocketPaths: ['/feed'] }).level).toBe('certain');
  });

  it('is a suspicion from paths, hosts and names', () => {
    expect(evidence(chosen('use_backend app if { path_beg /socket.io }'))).toMatchObject({ level: 'suspected' });
    expect(evidence(chosen('use_backend app if { path,lower -m beg /ws/ }'))).toMatchObject({ level: 'suspected' });
    expect(evidence(chosen('use_backend app if { hdr(host) -i ws.example.com }'))).toMatchObject({
      level: 'suspected',
    });
    expect(evidence(chosen('default_backend websocket', 'websocket'))).toMatchObject({ level: 'suspected' });
  });

  it('does not come from conditions that must be false', () => {
    for (const condition of [
      'if !is_ws',
      'unless is_ws',
      'if ! is_ws',
      'if !{ path_beg /ws }',
      'unless { path_beg /ws }',
    ]) {
      expect(evidence(chosen(`acl is_ws hdr(Upgrade) -i websocket\n    use_backend app ${condition}`)).level).toBe(
        'none',
      );
    }
  });
});
