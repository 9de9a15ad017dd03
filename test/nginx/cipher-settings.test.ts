/** Owns the lowering of what nginx and HAProxy hand to the TLS library, and what the target's library makes of it. */
import { describe, expect, it } from 'vitest';
import type { CipherSettings } from '../../server/src/model/cipher-settings.ts';
import { endpointsOf } from '../../server/src/model/model.ts';
import { readingsOf } from '../../server/src/rules/tls-library.ts';
import { load as loadHaproxy } from '../haproxy/project.ts';
import { http, loadProject, type Options, targetOf } from './project.ts';

const settings = (inside: string, options: Options = {}): CipherSettings => {
  const [first] = endpointsOf(loadProject(http(inside), options).model);
  if (first === undefined) throw new Error('there is no endpoint');
  return first.ciphers;
};
const shown = (fact: CipherSettings['list']) =>
  fact.known ? fact.value && `${fact.value.setting} = ${fact.value.text}` : 'unknown';

describe('what nginx hands to OpenSSL', () => {
  it('is what the nearest level says', () => {
    expect(shown(settings('ssl_ciphers A; server { listen 443 ssl; }').list)).toBe('ssl_ciphers = A');
    expect(shown(settings('ssl_ciphers A; server { listen 443 ssl; ssl_ciphers B; }').list)).toBe('ssl_ciphers = B');
    expect(shown(settings('server { listen 443 ssl; }').list)).toBeUndefined();
    expect(shown(settings('server { listen 443 ssl; include other.conf; }').list)).toBe('unknown');
  });

  it('is what ssl_conf_command says, which nginx applies last', () => {
    const text =
      'server { listen 443 ssl; ssl_ciphers A; ssl_conf_command CipherString B; ssl_conf_command Groups C; }';
    expect(shown(settings(text).list)).toBe('ssl_conf_command CipherString = B');
    expect(shown(settings(text).groups)).toBe('ssl_conf_command Groups = C');
    expect(shown(settings('server { listen 443 ssl; ssl_conf_command ciphersuites D; }').suites13)).toBe(
      'ssl_conf_command ciphersuites = D',
    );
  });

  it('leaves the groups to OpenSSL with auto', () => {
    expect(shown(settings('server { listen 443 ssl; ssl_ecdh_curve auto; }').groups)).toBeUndefined();
    expect(shown(settings('server { listen 443 ssl; ssl_ecdh_curve P-256; }').groups)).toBe('ssl_ecdh_curve = P-256');
  });

  it('has places for its parts, inside of quotes too', () => {
    const project = loadProject(http(`server { listen 443 ssl; ssl_ciphers 'AES:!MD5'; }`));
    const text = project.files[0]?.text ?? '';
    const list = endpointsOf(project.model)[0]?.ciphers.list;
    const value = list?.known ? list.value : undefined;
    const { span } = value?.part(4, 8) ?? { span: { start: 0, end: 0 } };
    expect(text.slice(span.start, span.end)).toBe('!MD5');
    const edit = value?.write('HIGH')?.[0]?.edits[0];
    expect(text.slice(edit?.span.start, edit?.span.end)).toBe('AES:!MD5');
    expect(value?.write('HIGH MEDIUM')).toBeUndefined();
  });

  it('is judged at a level that no server inherits', () => {
    const { model } = loadProject(http('ssl_ciphers HIGH; server { listen 443 ssl; ssl_ciphers ALL; }'));
    expect(endpointsOf(model).map(({ label, ciphers }) => `${label}: ${shown(ciphers.list)}`)).toEqual([
      'server *:443: ssl_ciphers = ALL',
      'http level: ssl_ciphers = HIGH',
    ]);
  });
});

describe('what HAProxy hands to the library', () => {
  const of = (text: string): CipherSettings | undefined => endpointsOf(loadHaproxy(text).model)[0]?.ciphers;
  const bind = (words: string, globals = '') =>
    `global\n${globals}\n\nfrontend f\n    bind :443 ssl crt a.pem ${words}\n`;

  it('is what the line says, otherwise global', () => {
    const globals = '    ssl-default-bind-ciphers B\n    ssl-default-bind-curves C';
    const own = of(bind('ciphers A', globals));
    expect(own && shown(own.list)).toBe('ciphers = A');
    expect(own && shown(own.groups)).toBe('ssl-default-bind-curves = C');
    const shared = of(bind('', globals));
    expect(shared && shown(shared.list)).toBe('ssl-default-bind-ciphers = B');
  });

  it('is not known where the environment decides', () => {
    const own = of(bind('ciphers "$CIPHERS"'));
    expect(own && shown(own.list)).toBe('unknown');
  });
});

describe('a cipher string', () => {
  const open = (list: string, versions: Options['target'] = {}) => {
    const target = targetOf(versions);
    const options = { target: versions };
    return readingsOf(settings(`server { listen 443 ssl; ssl_ciphers ${list}; }`, options), target).map(
      ({ library, open: suites }) => `${library}: ${suites.map(({ name }) => name).join(' ')}`,
    );
  };

  it('is read as the target reads it', () => {
    expect(open('AES128-SHA:RC4-SHA', { openssl: '1.0.2' })).toEqual(['1.0.2: AES128-SHA RC4-SHA']);
    expect(open('AES128-SHA:RC4-SHA', { openssl: '3.0' })).toEqual(['3.0: AES128-SHA']);
    expect(open('AES128-SHA', { openssl: '1.1.0' })).toEqual([]);
    expect(open('AES128-SHA').map((line) => line.split(':')[0])).toEqual(['1.1.1', '3.0', '3.2', '3.5']);
  });

  it('is cut down by the security level', () => {
    expect(open('AES128-SHA:AECDH-AES128-SHA', { openssl: '3.0' })).toEqual(['3.0: AES128-SHA']);
    expect(open('AES128-SHA:AECDH-AES128-SHA:@SECLEVEL=0', { openssl: '3.0' })).toEqual([
      '3.0: AES128-SHA AECDH-AES128-SHA',
    ]);
    expect(open('AES128-SHA:@SECLEVEL=3', { openssl: '3.0' })).toEqual(['3.0: ']);
  });
});
