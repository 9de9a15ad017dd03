/** Owns what is read of `ssl_stapling`, and how its lines are taken out. */
import { describe, expect, it } from 'vitest';
import { endpointsOf } from '../../server/src/model/model.ts';
import type { Stapling } from '../../server/src/model/stapling.ts';
import { afterRemedy, http, loadProject, type Options } from './project.ts';

const TLS = 'listen 443 ssl; ssl_certificate a.pem; ssl_certificate_key a.key;';
const server = (lines: string) => `server { ${TLS} ${lines} }`;

function staplings(files: Record<string, string>, options: Options = {}): (Stapling | string | undefined)[] {
  const { model } = loadProject(files, options);
  return endpointsOf(model).map(({ stapling }) => (stapling?.known === true ? stapling.value : stapling?.why));
}

describe('stapling', () => {
  it('is what the nearest level says', () => {
    expect(staplings(http(`ssl_stapling on;${server('')}${server('ssl_stapling off;')}`))).toMatchObject([
      { source: 'certificate', verified: undefined, shared: false },
      undefined,
    ]);
    expect(
      staplings(http(server('ssl_stapling on; ssl_stapling_file a.der; ssl_stapling_responder http://b/;'))),
    ).toMatchObject([{ source: 'file', hindrances: [] }]);
    expect(staplings(http(server('ssl_stapling on; ssl_stapling_responder http://b/;')))).toMatchObject([
      { source: 'setting' },
    ]);
  });

  it('is unknown where the line counts for servers that cannot be seen', () => {
    expect(staplings(http(`ssl_stapling on; include missing/*.conf; ${server('')}`))).toMatchObject([{}]);
    expect(staplings(http(`ssl_stapling on; include missing.conf; ${server('')}`))).toEqual([
      'it counts for servers that cannot be seen as well',
    ]);
    expect(staplings({ 'site.conf': server('ssl_stapling on;') }, { root: '/w/site.conf' })).toMatchObject([
      { source: 'certificate', trusted: { known: false } },
    ]);
  });

  it('is kept from working by compression from 1.29.1 on, and by variables', () => {
    const kinds = (lines: string, nginx?: string) =>
      staplings(http(server(lines)), nginx === undefined ? {} : { target: { nginx } }).map((one) =>
        typeof one === 'object' ? one.hindrances.map(({ kind }) => kind) : one,
      );
    const both = 'ssl_stapling on; ssl_certificate_compression on;';
    expect(kinds(both)).toEqual([['refused']]);
    expect(kinds(both, '1.29.1')).toEqual([['refused']]);
    expect(kinds(both, '1.29.0')).toEqual([[]]);
    expect(kinds('ssl_stapling on; ssl_certificate $a.pem;')).toEqual([[]]);
  });

  it('counts what clients are verified with as trusted only where they are asked', () => {
    const trusted = (lines: string) =>
      staplings(http(server(`ssl_stapling on; ssl_client_certificate c.pem; ${lines}`))).map((one) =>
        typeof one === 'object' && one.trusted.known ? one.trusted.value.map(({ written }) => written) : one,
      );
    expect(trusted('')).toEqual([[]]);
    expect(trusted('ssl_verify_client optional; ssl_trusted_certificate t.pem;')).toEqual([['c.pem', 't.pem']]);
    expect(trusted('ssl_verify_client off;')).toEqual([[]]);
  });
});

describe('taking stapling out', () => {
  const without = (inside: string, at = 0) => {
    const project = loadProject(http(inside));
    const found = endpointsOf(project.model)[at]?.stapling;
    if (found?.known !== true || found.value === undefined) throw new Error('no stapling');
    const { value } = found;
    return afterRemedy(project, { kind: 'edit', edits: () => value.remove() })['/w/nginx.conf'];
  };
  const text = (inside: string) => http(inside)['nginx.conf'];

  it('takes the verification beside it along in a server, where nobody else needs it', () => {
    const lines = 'ssl_stapling on;\nssl_stapling_verify on;\n';
    expect(without(`server {\n${TLS}\n${lines}}`)).toBe(text(`server {\n${TLS}\n}`));
    expect(without(`${lines}${server('')}`)).toBe(text(`ssl_stapling_verify on;\n${server('')}`));
  });

  it('writes `off` where an outer level switches it on', () => {
    expect(without(`ssl_stapling on;\n${server('ssl_stapling on;')}\n${server('')}`)).toBe(
      text(`ssl_stapling on;\n${server('ssl_stapling off;')}\n${server('')}`),
    );
  });
});
