/** Owns `ssl_stapling`: where nginx gets the answers that it staples, and what keeps it from stapling any. */
import type { FileUse } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import type { Stapling, StaplingHindrance } from '../../../model/stapling.ts';
import { atLeast } from '../../../model/target.ts';
import { isMasked } from '../mask.ts';
import type { NginxProject } from '../project.ts';
import { replaceArgs } from '../realize/layout.ts';
import { removeStapling } from '../realize/stapling.ts';
import {
  type Entry,
  firstOf,
  holeFor,
  nearest,
  originOf,
  placeOfWord,
  placeOfWords,
  type Scope,
  value,
} from '../scope.ts';
import { fileUse } from './file-use.ts';
import { once } from './once.ts';

const SOURCE = 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_stapling';
const OFF: Fact<undefined> = known(undefined, { kind: 'default', versions: 'every version', source: SOURCE });
const NOT_WRITTEN: Origin = { kind: 'default', versions: 'every version', source: SOURCE };

/** The line of a directive that counts for a server; where a level that cannot be seen could have one, what is written counts. */
function lineOf(server: Scope, name: string): Entry | undefined {
  const found = nearest(server, name);
  return found.kind === 'found' ? found.entries[0] : undefined;
}

const isOn = (entry: Entry | undefined): boolean => entry !== undefined && value(entry)?.toLowerCase() === 'on';

export function staplingOf(server: Scope, project: NginxProject): Fact<Stapling | undefined> {
  const found = nearest(server, 'ssl_stapling');
  if (found.kind === 'hidden') return unknown(found.hole.why);
  const entry = firstOf(found);
  if (found.kind !== 'found' || entry === undefined || !isOn(entry)) return OFF;
  const level = found.scope;
  if (level !== server && holeFor(level, 'server') !== undefined)
    return unknown('it counts for servers that cannot be seen as well');
  const responder = lineOf(server, 'ssl_stapling_responder');
  const file = lineOf(server, 'ssl_stapling_file');
  const verify = lineOf(server, 'ssl_stapling_verify');
  const trusted = once(() => trustedOf(server, project));
  const stapling: Stapling = {
    place: placeOfWords(entry),
    written: 'ssl_stapling on',
    ignored: 'nginx ignores it with a warning',
    source: isSet(file) ? 'file' : isSet(responder) ? 'setting' : 'certificate',
    verified: verify !== undefined && isOn(verify) ? placeOfWords(verify) : undefined,
    trustSetting: 'ssl_trusted_certificate',
    get trusted() {
      return trusted();
    },
    hindrances: [
      ...compressionOf(server, project),
      ...variableOf(server),
      ...(isSet(file) || responder === undefined ? [] : responderOf(responder)),
    ],
    shared: entry.via.length > 0,
    remove: () => removeStapling(entry, level),
  };
  return known(stapling, originOf(server, level, entry));
}

const isSet = (entry: Entry | undefined): boolean => entry !== undefined && value(entry) !== '';

/** The store of a server: `ssl_trusted_certificate`, and what clients are verified with (ngx_http_ssl_merge_srv_conf). */
export function trustedOf(server: Scope, project: NginxProject): Fact<readonly FileUse[]> {
  const verify = nearest(server, 'ssl_verify_client');
  if (verify.kind === 'hidden') return unknown(verify.hole.why);
  const asks = verify.kind === 'found' && verify.entries.some((entry) => value(entry) !== 'off');
  const out: FileUse[] = [];
  for (const name of [...(asks ? ['ssl_client_certificate'] : []), 'ssl_trusted_certificate']) {
    const found = nearest(server, name);
    if (found.kind === 'hidden') return unknown(found.hole.why);
    for (const entry of found.kind === 'found' ? found.entries : []) {
      const use = fileUse(entry, project);
      if (use === undefined && value(entry) !== '') return unknown(`\`${name}\` names no file`);
      if (use !== undefined) out.push(use);
    }
  }
  return known(out, NOT_WRITTEN);
}

/** From 1.29.1 on; older versions do not know the directive (ngx_http_ssl_merge_srv_conf, seen on 1.30.6). */
function compressionOf(server: Scope, { paths }: NginxProject): StaplingHindrance[] {
  const entry = lineOf(server, 'ssl_certificate_compression');
  if (entry === undefined || !isOn(entry) || atLeast(paths.environment.target, 'nginx', '1.29.1') === false) return [];
  return [
    {
      kind: 'refused',
      place: placeOfWords(entry),
      message:
        'nginx does not start with both `ssl_certificate_compression` and `ssl_stapling` on: it says that they are incompatible',
      offers: [
        {
          title: 'Switch the compression of certificates off',
          safety: 'behaviour',
          remedy: {
            kind: 'edit',
            edits: () => [{ file: entry.file.id, edits: [replaceArgs(entry.directive, 0, 'off')] }],
          },
        },
      ],
    },
  ];
}

/** Such certificates are loaded in the handshake, long after nginx prepared its answers (seen on 1.22.1 to 1.30.6). */
function variableOf(server: Scope): StaplingHindrance[] {
  const found = nearest(server, 'ssl_certificate');
  const entries = found.kind === 'found' ? found.entries : [];
  const [entry] = entries;
  const word = entry?.directive.args[0];
  if (entry === undefined || word === undefined) return [];
  if (!entries.every((one) => value(one)?.includes('$') === true && !isMasked(value(one) ?? ''))) return [];
  return [
    {
      kind: 'ignored',
      place: placeOfWord(entry.file, word),
      message:
        'nginx staples nothing to certificates whose path has a variable, because it reads them in the handshake only; it says so nowhere',
      offers: [],
    },
  ];
}

/** Only `http://` is understood (ngx_ssl_stapling_responder). */
function responderOf(entry: Entry): StaplingHindrance[] {
  const word = entry.directive.args[0];
  const url = word?.value ?? '';
  if (word === undefined || url === '' || isHttp(url) || isMasked(url) || url.includes('$')) return [];
  const secure = /^https:\/\//i.test(url);
  return [
    {
      kind: 'ignored',
      place: placeOfWord(entry.file, word),
      message: `nginx asks responders over plain HTTP only, so it ignores \`ssl_stapling\` with a warning (\`invalid URL prefix\`); answers are signed, so \`http://\` is no weaker`,
      offers: secure
        ? [
            {
              title: 'Ask over `http://`',
              safety: 'behaviour',
              remedy: {
                kind: 'edit',
                edits: () => [
                  { file: entry.file.id, edits: [replaceArgs(entry.directive, 0, url.replace(/^https/i, 'http'))] },
                ],
              },
            },
          ]
        : [],
    },
  ];
}

/** Whether nginx can ask a responder of this address. */
function isHttp(url: string): boolean {
  return /^http:\/\/./i.test(url);
}
