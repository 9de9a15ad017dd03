/** Owns looking up what counts for a service: its own options, and those before the first service, which are defaults for all. */
import { type Fact, known, type Origin, unknown } from '../../model/origin.ts';
import { isOpen } from './claim.ts';
import { type Entry, placeOf, type Service, type StunnelProject } from './project.ts';

/** A service with what is not its own. */
export interface Scope {
  readonly service: Service;
  readonly project: StunnelProject;
}

/** All options that count, in the order in which stunnel takes them: the later one wins, or adds up. */
export function entriesOf({ service, project }: Scope, ...keys: readonly string[]): Entry[] {
  const wanted = ({ option }: Entry): boolean => keys.includes(option.key);
  return [...project.globals.filter(wanted), ...service.own.filter(wanted)];
}

export function originOf(entry: Entry, { service, project }: Scope): Origin {
  const place = placeOf(entry);
  if (service.own.includes(entry)) return { kind: 'written', place };
  const step = { what: `[${service.name}]`, place: { file: service.file.id, span: service.header.span } };
  return { kind: 'inherited', place, through: project.globals.includes(entry) ? [step] : [] };
}

/** The option that counts, of those with one value; unknown where it may stand elsewhere, or where somebody else fills it in. */
export function lastOf(scope: Scope, ...keys: readonly string[]): Fact<Entry | undefined> {
  const last = entriesOf(scope, ...keys).at(-1);
  const why = scope.project.hidden;
  if (why !== undefined && (last === undefined || !scope.service.own.includes(last))) return unknown(why);
  if (last === undefined)
    return known(undefined, { kind: 'default', versions: 'every version', source: 'not written' });
  const { value } = last.option.value;
  return isOpen(value)
    ? unknown(`\`${last.option.name.value}\` is filled in by somebody else`)
    : known(last, originOf(last, scope));
}

/** All values of options that add up; unknown where some may stand elsewhere. */
export function allOf(scope: Scope, ...keys: readonly string[]): Fact<readonly Entry[]> {
  const all = entriesOf(scope, ...keys);
  const why = scope.project.hidden;
  if (why !== undefined) return unknown(why);
  const open = all.find(({ option }) => isOpen(option.value.value));
  if (open !== undefined) return unknown(`\`${open.option.name.value}\` is filled in by somebody else`);
  return known(all, { kind: 'default', versions: 'every version', source: 'the options as written' });
}

/** Whether a switch is on; case does not count, and what is neither `yes` nor `no` is refused. */
export function isYes({ option }: Entry): boolean {
  return option.value.value.toLowerCase() === 'yes';
}

/** Whether the service speaks TLS towards its peer (`client = yes`), not towards those who connect. */
export function isClient(scope: Scope): Fact<boolean> {
  const entry = lastOf(scope, 'client');
  if (!entry.known) return entry;
  return known(entry.value !== undefined && isYes(entry.value), entry.origin);
}
