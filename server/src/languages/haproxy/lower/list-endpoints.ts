/** Owns the TLS endpoints of lines in a `crt-list` that have settings of their own: these go before those of the `bind` line. */
import { type CipherSettings, type WrittenValue, writtenValue } from '../../../model/cipher-settings.ts';
import { TLS_VERSIONS, type TlsEndpoint, type TlsVersion } from '../../../model/model.ts';
import { type Fact, known, type Place, unknown } from '../../../model/origin.ts';
import type { PathContext } from '../paths.ts';
import type { ProxySection } from '../proxies.ts';
import type { ListEntry } from '../syntax/crt-list.ts';
import type { Statement } from '../syntax/tree.ts';
import { certificatesOfEntry, type Presenting } from './certificates.ts';
import type { Surroundings } from './client-certificates.ts';
import { asksForCiphers, asksForClients, asksForVersions, entrySetting, type ReadList } from './crt-lists.ts';
import { dhOf } from './dh.ts';
import { legacyAllowed, seenVersions } from './library.ts';
import { clientsOfEntry, statementOf } from './listed-clients.ts';
import { staplingOf } from './stapling.ts';
import { loadNamed } from './stores.ts';
import { type LineSettings, type Offer, settingsOf } from './versions.ts';

/** The `bind` line that a list belongs to, with what it offers by itself. */
export interface ListOwner {
  readonly proxy: ProxySection;
  readonly surroundings: Surroundings;
  readonly bind: Statement;
  readonly endpoint: TlsEndpoint;
  readonly offer: Offer;
  readonly presenting: Presenting;
  readonly part: boolean;
}

/** The settings of a line as those of a statement; its certificate is the first word. */
export function entrySettings(entry: ListEntry): LineSettings {
  return settingsOf(statementOf(entry));
}

/** The bounds of a line go before those of the `bind` line (ssl_sock_prepare_ctx; seen with 2.6, 3.0 and 3.2). */
function offerOfEntry(entry: ListEntry, list: ReadList, { bind, offer }: ListOwner): Offer {
  const { settings, unclear } = entrySettings(entry);
  const [min, max] = (['min', 'max'] as const).map((kind) => settings.findLast((one) => one.kind === kind));
  const decides = min ?? max;
  if (decides === undefined) return offer;
  const place: Place = { file: list.file.id, span: (decides.value ?? decides.name).span };
  const setting = decides.name.value;
  const give = (versions: Fact<readonly TlsVersion[]>): Offer => ({
    setting,
    versions,
    listed: min === undefined || !versions.known ? [] : versions.value.map((version) => ({ version, place })),
  });
  if (unclear || !offer.versions.known || settingsOf(bind).settings.some(({ kind }) => kind === 'no'))
    return give(unknown('what the `bind` line offers beside the list is not known'));
  const open = offer.versions.value;
  const lowest = min?.version ?? open[0] ?? 'TLSv1.2';
  const highest = max?.version ?? open[open.length - 1] ?? 'TLSv1.3';
  const at = (version: TlsVersion) => TLS_VERSIONS.indexOf(version);
  const versions = TLS_VERSIONS.filter((version) => at(version) >= at(lowest) && at(version) <= at(highest));
  return give(known(versions, { kind: 'written', place }));
}

function ciphersOfEntry(entry: ListEntry, list: ReadList, ofBind: CipherSettings): CipherSettings {
  const asked = (name: string, otherwise: Fact<WrittenValue | undefined>): Fact<WrittenValue | undefined> => {
    const word = entrySetting(entry, name);
    if (word === undefined) return otherwise;
    const place = { file: list.file.id, span: word.span };
    return known(writtenValue(name, word.value, word.value, place), { kind: 'written', place });
  };
  return {
    list: asked('ciphers', ofBind.list),
    suites13: asked('ciphersuites', ofBind.suites13),
    groups: asked('curves', ofBind.groups),
    level: ofBind.level,
  };
}

export function endpointOfEntry(entry: ListEntry, list: ReadList, owner: ListOwner, context: PathContext): TlsEndpoint {
  const { target } = context.environment;
  const { proxy, bind, endpoint, presenting, part } = owner;
  const word = entrySetting(entry, 'ciphers');
  const legacy =
    word === undefined
      ? endpoint.legacyAllowedByLibrary
      : legacyAllowed(bind, context.whole, target, part, { word, file: list.file.id });
  const isOffered = asksForVersions(entry) || word !== undefined;
  const offer = offerOfEntry(entry, list, owner);
  return {
    side: 'server',
    place: { file: list.file.id, span: entry.certificate.span },
    label: `${entry.certificate.value} on ${presenting.label}`,
    versionSetting: offer.setting,
    listed: offer.listed,
    versions: isOffered ? seenVersions(offer.versions, legacy, target) : endpoint.versions,
    legacyAllowedByLibrary: legacy,
    ciphers: asksForCiphers(entry) ? ciphersOfEntry(entry, list, endpoint.ciphers) : endpoint.ciphers,
    certificates: certificatesOfEntry(entry, list, presenting, context),
    handshake: known('certificate', {
      kind: 'written',
      place: { file: list.file.id, span: entry.certificate.span },
    }),
    clientCertificates: clientsOfEntry(entry, { proxy, bind, ofBind: endpoint.clientCertificates }, owner.surroundings),
    get revocation() {
      return asksForClients(entry) ? undefined : endpoint.revocation;
    },
    get dh() {
      return dhOf(this.certificates, context, part);
    },
    get stapling() {
      const load = loadNamed(entry.certificate.value, context);
      return staplingOf(this.certificates, context, part, { entry, list }, load === undefined ? [] : [load]);
    },
  };
}
