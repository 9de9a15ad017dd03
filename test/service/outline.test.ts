/** Owns the proof that outlines, links, folds and the effective view are those of the file. */
import { expect, it } from 'vitest';
import { effectiveText, mainProject } from '../../server/src/service/effective.ts';
import { foldsOf } from '../../server/src/service/folds.ts';
import { linksOf, outlineOf } from '../../server/src/service/outline.ts';
import { createAuthority } from '../kit/authority.ts';
import { bench } from './kit.ts';

const CONF = `events {}
http {
    server { server_name one.example; location / { proxy_pass http://127.0.0.1:1; } }
    server { server_name two.example; listen 443 ssl; ssl_certificate site.pem; ssl_certificate_key site.pem; }
    include gone.conf;
}
`;

it('a certificate file is outlined, folded and linked to by its blocks', async () => {
  const { bundle } = await (await createAuthority()).issue({ names: ['two.example'] });
  const { engine } = bench({ '/w/nginx.conf': CONF, '/w/site.pem': bundle });
  const items = outlineOf(engine, '/w/site.pem');
  expect(items.map(({ name, kind, detail }) => [name, kind, detail])).toEqual([
    ['CN=two.example', 'certificate', 'CERTIFICATE'],
    ['EC prime256v1 256 bits', 'key', 'PRIVATE KEY'],
  ]);
  const folds = foldsOf(engine, '/w/site.pem') ?? [];
  expect(folds.map(({ span: { start, end } }) => bundle.slice(start, end).trim().split('\n').at(-1))).toEqual([
    '-----END CERTIFICATE-----',
    '-----END PRIVATE KEY-----',
  ]);
  expect(
    linksOf(engine, '/w/nginx.conf').map(({ span, target }) => [CONF.slice(span.start, span.end), target]),
  ).toEqual([
    ['site.pem', '/w/site.pem'],
    ['site.pem', '/w/site.pem'],
  ]);
});

it('the effective view says a reason once, and nothing of WebSockets where there are none', () => {
  const stunnel = 'pid =\n[a]\naccept = 9000\nconnect = 127.0.0.1:3000\nTIMEOUTidle = 7200\n';
  const { engine } = bench({
    '/w/stunnel.conf': stunnel,
    '/w/apache2.conf': 'Listen 80\nProxyPass /api/ http://127.0.0.1:1/\n',
  });
  const view = (file: string) => {
    const report = mainProject(engine.projectsOf(file), file);
    return report === undefined ? '' : effectiveText(report, file, undefined);
  };
  const text = view('/w/stunnel.conf');
  expect(text).toMatch(/^stunnel configuration stunnel\.conf\n/);
  expect(text).toContain('early data, HTTP version to the back end, Host to the back end: unknown (stunnel does not');
  expect(text).toContain('silent tunnels close after: 2 h: ');
  expect(view('/w/apache2.conf')).toContain('WebSocket: no\n');
  expect(view('/w/apache2.conf')).not.toContain('silent tunnels');
});

it('the effective view is of the whole project, or of the site around the cursor', () => {
  const { engine } = bench({ '/w/nginx.conf': CONF });
  const report = mainProject(engine.projectsOf('/w/nginx.conf'), '/w/nginx.conf');
  if (report === undefined) throw new Error('no project');
  const view = (offset?: number) => effectiveText(report, '/w/nginx.conf', offset);
  expect(view()).toMatch(/one\.example.*two\.example/s);
  expect(view(CONF.indexOf('two.example'))).not.toContain('one.example');
  expect(view(CONF.indexOf('two.example'))).toContain('two.example');
  expect(view(CONF.indexOf('events'))).toBe(view());
});
