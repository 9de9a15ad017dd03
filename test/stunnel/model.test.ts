/** Owns what stunnel's lowering says in corners that the rule pages do not show, and what editors ask of it. */
import { describe, expect, it } from 'vitest';
import type { Subject } from '../../server/src/languages/language.ts';
import { applyEdits } from '../../server/src/text/edits.ts';
import { sharedAuthority } from '../kit/authority.ts';
import { lintTexts } from '../rules/harness.ts';
import { load, main } from './project.ts';

const site = (text: string, name = '[web]') => main(text).model.sites.find(({ label }) => label === name);

describe('what counts for a service', () => {
  it('a million sections are read up to a limit, which is said', () => {
    const { model } = main('[a]\n'.repeat(1_000_000));
    const messages = model.problems.map(({ message }) => message);
    expect(messages).toContain('More than 20000 services; what comes after them was not judged');
    expect(messages.length).toBeLessThanOrEqual(20_001);
    expect(model.unseen.map(({ what }) => what)).toContain('the rest of a very large configuration');
  });

  it('defaults come before its own lines, of included folders too, in the order of their names', () => {
    const project = load({
      '/project/stunnel/stunnel.conf': 'TIMEOUTidle = 10\ninclude = conf.d\n[last]\naccept = 3\nconnect = 4\n',
      '/project/stunnel/conf.d/10-web.conf': '[web]\naccept = 1\nconnect = 2\nTIMEOUTidle = 20\n',
      '/project/stunnel/conf.d/00-global.conf': 'TIMEOUTidle = 15\ncert = c.pem\n',
    });
    const seconds = project.model.sites.map(({ label, routes }) => {
      const idle = routes[0]?.idle;
      return [label, idle?.known === true ? idle.value.seconds : undefined];
    });
    expect(seconds).toEqual([
      ['[web]', 20],
      ['[last]', 15],
    ]);
    expect(project.files.map(({ id }) => id.slice(9))).toEqual([
      'stunnel/stunnel.conf',
      'stunnel/conf.d/00-global.conf',
      'stunnel/conf.d/10-web.conf',
    ]);
    expect(project.model.problems).toEqual([]);
  });

  it('what an include could hold that is not there is unknown, unless the service says it', () => {
    const text =
      'include = /elsewhere\n[web]\naccept = 1\nconnect = 2\n[own]\naccept = 3\nconnect = 4\nTIMEOUTidle = 5\nclient = no\n';
    const { sites, problems } = main(text).model;
    expect(problems.map(({ rule }) => rule)).toEqual(['config-include-missing']);
    // Whether it is a client cannot be known.
    expect(sites.map(({ label }) => label)).toEqual(['[own]']);
    expect(sites[0]?.routes[0]?.idle).toMatchObject({ known: true, value: { seconds: 5 } });
    expect(sites[0]?.endpoint?.versions.known).toBe(false);
    expect(sites[0]?.endpoint?.clientCertificates.known).toBe(false);
  });

  it('a part of a configuration, a template and a value that is filled in say nothing that they cannot know', () => {
    const part = load({ '/project/stunnel/conf.d/a.conf': '[web]\naccept = 443\nconnect = 80\nclient = no\n' });
    expect(part.model.role).toBe('fragment');
    expect(part.model.problems).toEqual([]);
    expect(part.model.sites[0]?.endpoint?.handshake.known).toBe(false);
    expect(main('{% for s in services %}\n[{{ s }}]\nverify = 0\n{% endfor %}\n').model.sites).toEqual([]);
    const filled = main(
      '[web]\naccept = ${PORT}\nconnect = app:80\nTIMEOUTidle = ${IDLE}\nverify = ${LEVEL}\ncert = ${C}\n',
    );
    expect(filled.model.problems).toEqual([]);
    expect(filled.model.sites[0]?.listeners[0]?.address).toBeUndefined();
    expect(filled.model.sites[0]?.routes[0]?.idle.known).toBe(false);
    expect(filled.model.sites[0]?.endpoint?.clientCertificates.known).toBe(false);
  });

  it('a folder that includes itself is a cycle', () => {
    const { problems } = load({
      '/project/stunnel/conf.d/stunnel.conf': 'include = /project/stunnel/conf.d\n[a]\naccept = 1\nconnect = 2\n',
    }).model;
    expect(problems.map(({ rule }) => rule)).toContain('config-include-cycle');
  });
});

describe('services', () => {
  it('addresses as stunnel writes them', () => {
    const text =
      'cert = c.pem\n[web]\naccept = :::443\naccept = 127.0.0.1:8443\naccept = /run/s.sock\nconnect = imaps\n';
    const listeners = site(text)?.listeners.map(({ address, direct }) => [
      address === undefined ? '' : `${address.host} ${address.port}`,
      direct.known && direct.value,
    ]);
    expect(listeners).toEqual([
      ['* 443', true],
      ['127.0.0.1 8443', false],
      ['unix /run/s.sock', false],
    ]);
    const project = main(text);
    const route = project.model.sites[0]?.routes[0];
    expect(route === undefined ? undefined : project.addressesOf?.(route)).toEqual([
      { host: 'localhost', port: '993' },
    ]);
  });

  it('a secondary service has the listeners of its primary one, and names of its own', () => {
    const text =
      'cert = c.pem\n[web]\naccept = 443\nconnect = 80\n[other]\nsni = web:*.other.example\nsni = web:other.example\nconnect = 81\ncert = o.pem\n';
    const other = site(text, '[other]');
    expect(other?.names.map(({ name }) => name)).toEqual(['*.other.example', 'other.example']);
    expect(other?.listeners.map(({ label }) => label)).toEqual(['accept = 443']);
    expect(other?.listeners[0]?.answersUnknownNames).toMatchObject({ value: false });
    expect(other?.endpoint?.certificates[0]?.certificate.written).toBe('o.pem');
  });

  it('a certificate that is shown to servers is judged as that of a client', async () => {
    const { bundle } = await (await sharedAuthority()).issue({ commonName: 'somebody', usages: ['client'] });
    const found = (client: string) => {
      const text = `[a]\nclient = ${client}\naccept = 127.0.0.1:1\nconnect = b.example:2\ncert = me.pem\n`;
      const texts = new Map([
        ['/etc/stunnel/stunnel.conf', text],
        ['/etc/stunnel/me.pem', bundle],
      ]);
      const { run } = lintTexts(texts, { folder: '/etc/stunnel', now: Date.now() });
      return run.findings.some(({ rule }) => rule === 'certificate-wrong-usage');
    };
    expect([found('no'), found('yes')]).toEqual([true, false]);
  });

  it('keys are in the file of the certificate unless they have one; containers and tokens are no PEM files', () => {
    const keys = (lines: string) =>
      site(`${lines}\n[web]\naccept = 443\nconnect = 80\n`)?.endpoint?.certificates.map(
        ({ certificate, key }) => `${certificate.written} ${key?.written}`,
      );
    expect(keys('cert = a.pem')).toEqual(['a.pem a.pem']);
    expect(keys('cert = a.pem\nkey = a.key')).toEqual(['a.pem a.key']);
    expect(keys('cert = a.p12')).toEqual([]);
    expect(keys('cert = pkcs11:token=x')).toEqual([]);
  });
});

describe('editing', () => {
  const text =
    '; region\ncert = c.pem\nTIMEOUTidle = 7\n\n[web]\naccept = 443\nconnect = 80\nciphers = HIGH\nsslVersion = all\n\n[b]\nsni = web:b.example\nconnect = 81\n';
  const project = main(text);
  const at = (words: string, shift = 1) => text.indexOf(words) + shift;

  it.each([
    ['c.pem', 'file'],
    ['TIMEOUTidle', 'setting'],
    ['[web]', 'site'],
    ['connect', 'route'],
    ['HIGH', 'ciphers'],
    ['sslVersion', 'endpoint'],
  ] satisfies [string, Subject['kind']][])('%s is a %s', (words, kind) => {
    expect(project.subjectAt(project.root, at(words))?.kind).toBe(kind);
  });

  it('has an outline of services and where they lead', () => {
    expect(
      project
        .symbols(project.root)
        .map(({ name, detail, children }) => [name, detail, children.map((one) => one.name)]),
    ).toEqual([
      ['[web]', '443', ['80']],
      ['[b]', '', ['81']],
    ]);
  });

  it('knows a service where others name it, and renames both', () => {
    const thing = project.nameAt?.(project.root, at('sni = web', 7));
    expect([thing?.what, thing?.name, thing?.definitions.length, thing?.uses.length]).toEqual(['service', 'web', 1, 1]);
    const renaming = thing?.renaming;
    if (renaming?.possible !== true) throw new Error('not possible');
    expect(renaming.accept('a:b').ok).toBe(false);
    const edits = [...(thing?.definitions ?? []), ...(thing?.uses ?? [])].map(({ span }) => ({
      span,
      newText: 'shop',
    }));
    expect(main(applyEdits(text, edits)).model.sites.map(({ label }) => label)).toEqual(['[shop]', '[b]']);
  });

  it('folds services, and selects outwards', () => {
    expect(project.foldsOf?.(project.root).filter(({ kind }) => kind === 'block')).toHaveLength(2);
    const around = project.spansAround?.(project.root, at('HIGH')) ?? [];
    expect(around.map(({ start, end }) => text.slice(start, end))[0]).toBe('HIGH');
    expect(around.at(-1)).toEqual({ start: 0, end: text.length });
    for (const [i, inner] of around.entries()) {
      const outer = around[i + 1] ?? inner;
      expect(outer.start <= inner.start && inner.end <= outer.end).toBe(true);
    }
  });
});
