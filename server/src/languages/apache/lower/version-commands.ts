/** Owns `SSLOpenSSLConfCmd MinProtocol` and its kind, which OpenSSL applies after `SSLProtocol` (SSL_CONF_cmd; modules/ssl/ssl_engine_init.c). */
import type { ConfigProblem, TlsVersion } from '../../../model/model.ts';
import type { Place } from '../../../model/origin.ts';
import { type Entry, isOpen, nearest, placeOfArgs, type Scope, value } from '../scope.ts';

/** From the oldest to the newest, as OpenSSL writes them; it tells their case apart. */
export const ORDER: readonly TlsVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** An end of the range of versions. */
export interface RangeEnd {
  /** Undefined for `None`: as far as the library goes. */
  readonly version: TlsVersion | undefined;
  readonly entry: Entry;
  readonly place: Place;
}

export interface VersionCommands {
  readonly min: RangeEnd | undefined;
  readonly max: RangeEnd | undefined;
}

const isCommand = (name: string) => (entry: Entry) => value(entry)?.toLowerCase() === name;

/** Undefined where they cannot be read, or `Protocol` is among them. A level that cannot be seen hardly has any. */
export function versionCommands(levels: readonly Scope[]): VersionCommands | undefined {
  const end = (name: string): RangeEnd | 'unread' | undefined => {
    const found = nearest(levels, 'sslopensslconfcmd', isCommand(name));
    if (found.kind !== 'found') return undefined;
    const text = value(found.entry, 1) ?? '';
    const version = ORDER.find((one) => one === text);
    if (version === undefined && text !== 'None') return 'unread';
    return { version, entry: found.entry, place: placeOfArgs(found.entry, 1, 1) };
  };
  const [min, max] = [end('minprotocol'), end('maxprotocol')];
  const other = nearest(levels, 'sslopensslconfcmd', isCommand('protocol'));
  return min === 'unread' || max === 'unread' || other.kind === 'found' ? undefined : { min, max };
}

/** Whether two hosts say the same. */
export function sameCommands(one: VersionCommands | undefined, other: VersionCommands | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    one.min?.version === other.min?.version &&
    one.max?.version === other.max?.version &&
    (one.min === undefined) === (other.min === undefined) &&
    (one.max === undefined) === (other.max === undefined)
  );
}

/** Words that OpenSSL does not know, with which Apache does not start (AH02407; `apachectl -t` takes them). */
export function commandFault(entry: Entry): ConfigProblem | undefined {
  const [name = '', text = ''] = [value(entry), value(entry, 1)];
  if (entry.name !== 'sslopensslconfcmd' || !/^(min|max)protocol$/i.test(name) || isOpen(text)) return undefined;
  if (/^(None|SSLv3|TLSv1(\.[1-3])?)$/.test(text)) return undefined;
  return {
    rule: 'config-syntax',
    place: placeOfArgs(entry, 1),
    message: `OpenSSL knows no version \`${text}\`: it is one of ${['None', ...ORDER].map((word) => `\`${word}\``).join(', ')}, written just so, and Apache does not start (AH02407), though \`apachectl -t\` says that all is well`,
  };
}
