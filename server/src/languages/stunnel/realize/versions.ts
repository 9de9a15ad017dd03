/** Owns setting the TLS versions of a service: where its own lines are, or those of all services, or none yet. */
import { TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import { byFile, type PlacedEdit } from '../../blocks/edits.ts';
import { boundsOf, switchedOff, VERSION_KEYS } from '../lower/versions.ts';
import { entriesOf, type Scope } from '../options.ts';
import { insertBehind, insertInto, removeLine, replaceOption, type Setting } from './layout.ts';

const NEWEST = TLS_VERSIONS.length - 1;

/** The options for a range of versions; undefined when there is a hole in it. */
function rangeOf(versions: readonly TlsVersion[]): readonly [Setting, ...Setting[]] | undefined {
  const indexes = versions.map((version) => TLS_VERSIONS.indexOf(version)).sort((a, b) => a - b);
  const [first, last] = [indexes[0], indexes.at(-1)];
  if (first === undefined || last === undefined || last - first !== indexes.length - 1) return undefined;
  const [min, max] = [TLS_VERSIONS[first] ?? '', TLS_VERSIONS[last] ?? ''];
  if (last === NEWEST) return [{ name: 'sslVersionMin', value: min }];
  if (first === last) return [{ name: 'sslVersion', value: min }];
  return [
    { name: 'sslVersionMin', value: min },
    { name: 'sslVersionMax', value: max },
  ];
}

/** The edits after which the service offers exactly `versions`; undefined where a line for all services stands against it. */
export function setVersions(scope: Scope, versions: readonly TlsVersion[]): readonly FileEdits[] | undefined {
  const range = rangeOf(versions);
  if (range === undefined || boundsOf(scope).unclear || scope.project.hidden !== undefined) return undefined;
  const all = entriesOf(scope, ...VERSION_KEYS);
  const own = all.filter((entry) => scope.service.own.includes(entry));
  const lines = own.length > 0 ? own : all;
  const [setting, ...more] = range;
  const shared = all.filter((entry) => !lines.includes(entry));
  // An upper end that holds for all services stays, where no own line overrules it.
  const capped = shared.some(
    ({ option }) => option.key !== 'sslversionmin' && !/^(all|TLSv1\.3)$/i.test(option.value.value),
  );
  if (capped && more.length === 0 && setting.name === 'sslVersionMin') return undefined;
  const off = [...switchedOff(scope)].flatMap(([version, entry]) =>
    entry !== undefined && versions.includes(version) ? [entry] : [],
  );
  if (off.some((entry) => !scope.service.own.includes(entry))) return undefined;
  const edits: PlacedEdit[] = off.map(removeLine);
  const kept = lines.find(({ option }) => option.key !== 'sslversionmax') ?? lines[0];
  if (kept === undefined) return byFile([...edits, insertInto(scope, range)]);
  edits.push(replaceOption(kept, setting));
  if (more.length > 0) edits.push(insertBehind(kept, more));
  edits.push(...lines.filter((entry) => entry !== kept).map(removeLine));
  return byFile(edits);
}
