/** Owns `reverse_proxy` lines: where they hand requests on, over which paths, and what comes before them. */
import type { Address } from '../../../model/addresses.ts';
import { type Arg, type Entry, isUnknown, lastOwn, own, type Scope, values } from '../scope.ts';
import { argsOf, covers, type Matcher } from './matchers.ts';
import { endsAll, type Step } from './steps.ts';

export interface Upstream {
  readonly arg: Arg;
  readonly entry: Entry;
  readonly scheme: 'http' | 'https' | 'h2c' | undefined;
  /** In lower case; empty for a local socket and where it cannot be known. */
  readonly host: string;
  readonly port: number | undefined;
  readonly unix: boolean;
}

/** Something that runs before a proxy for the same requests, or takes them away. */
export interface Before {
  readonly step: Step;
  /** The line at its level in which the proxy is, or which the proxy is. */
  readonly beside: Step;
  /** Whether no request that it takes goes on. */
  readonly ends: boolean;
}

export interface ProxyLine {
  readonly step: Step;
  readonly entry: Entry;
  readonly upstreams: readonly Upstream[];
  /** The paths by which requests come, as clients ask; undefined for any. */
  readonly paths: readonly string[] | undefined;
  readonly matchers: readonly Matcher[];
  /** The blocks around it, the outermost first. */
  readonly groups: readonly Step[];
  /** Earlier lines, in the order in which they count; found when somebody asks. */
  readonly before: readonly Before[];
  /** The first line that takes all of its requests. */
  readonly shadow: Before | undefined;
}

function upstreamOf(arg: Arg, entry: Entry): Upstream {
  const text = arg.value;
  const unix = /^unix/.test(text);
  const [, scheme, host = '', port] = /^(?:(\w[\w+]*):\/\/)?(\[[^\]]*\]|[^:/]*)(?::([^/]*))?/.exec(text) ?? [];
  const known = scheme === 'https' || scheme === 'h2c' || scheme === 'http' ? scheme : undefined;
  const usual = known === 'https' ? 443 : 80;
  const open = isUnknown(text) || /[{}]/.test(text);
  return {
    arg,
    entry,
    scheme: known,
    host: unix || open ? '' : host.toLowerCase(),
    port:
      unix || open
        ? undefined
        : port === undefined || port === ''
          ? usual
          : /^\d+$/.test(port)
            ? Number(port)
            : undefined,
    unix,
  };
}

/** `dynamic a app.internal 9000`, or its block: a name that is looked up, with its port; of `srv` the records know that. */
function dynamicOf(line: Entry): Upstream[] {
  const [source, name, port] = line.args;
  const inner = (setting: string) => lastOwn(line.scope, setting)?.args[0];
  const arg = name ?? inner('name');
  if ((source?.value !== 'a' && source?.value !== 'srv') || arg === undefined || isUnknown(arg.value)) return [];
  const number = source.value === 'a' ? (port ?? inner('port'))?.value : undefined;
  const host = /[{}]/.test(arg.value) ? '' : arg.value.toLowerCase();
  const known = number !== undefined && /^\d+$/.test(number) ? Number(number) : undefined;
  return [{ arg, entry: line, scheme: undefined, host, port: known, unix: false }];
}

/** The addresses on the line, those of `to` lines, and names that are looked up. */
export function upstreamsOf(entry: Entry): Upstream[] {
  return [
    ...argsOf(entry).map((arg) => upstreamOf(arg, entry)),
    ...own(entry.scope, 'to').flatMap((line) => line.args.map((arg) => upstreamOf(arg, line))),
    ...own(entry.scope, 'dynamic').flatMap(dynamicOf),
  ];
}

/** Where all upstreams of a proxy are; undefined where one of them is not known before a request. */
export function addressesOfLine({ upstreams }: ProxyLine): readonly Address[] | undefined {
  const out = upstreams.flatMap(({ host, port, unix, arg }): Address[] => {
    if (unix) return [{ host: 'unix', port: arg.value.replace(/^unix\/\/?(?=\/)|^unix\//, '') }];
    return host === '' || port === undefined ? [] : [{ host, port: `${port}` }];
  });
  return out.length === upstreams.length ? out : undefined;
}

/** `transport http { … }`; undefined where none is written. */
export function transportOf(entry: Entry): Scope | undefined {
  return own(entry.scope, 'transport').findLast((line) => values(line)[0] === 'http')?.scope;
}

/** What `handle_path` takes off before its block. */
const strippedBy = ({ entry, matcher }: Step): string =>
  entry.name === 'handle_path' ? (matcher.paths?.[0] ?? '').replace(/\*$/, '').replace(/\/$/, '') : '';

interface Around {
  readonly groups: readonly Step[];
  readonly matchers: readonly Matcher[];
  readonly prefix: string;
  readonly paths: readonly string[] | undefined;
  before(): readonly Before[];
}

/** A proxy whose earlier lines are looked at when somebody asks: most are no WebSockets, and sites may have many lines. */
class Line implements ProxyLine {
  readonly entry: Entry;
  readonly upstreams: readonly Upstream[];
  private earlier: readonly Before[] | undefined;

  constructor(
    readonly step: Step,
    private readonly around: Around,
    readonly paths: readonly string[] | undefined,
    readonly matchers: readonly Matcher[],
    private readonly find: () => readonly Before[],
  ) {
    this.entry = step.entry;
    this.upstreams = upstreamsOf(step.entry);
  }

  get groups(): readonly Step[] {
    return this.around.groups;
  }

  get before(): readonly Before[] {
    this.earlier ??= this.find();
    return this.earlier;
  }

  get shadow(): Before | undefined {
    const { prefix, paths } = this.around;
    const asked = this.step.matcher.paths ?? (prefix === '' ? paths : undefined);
    return this.before.find(
      (one) => one.ends && (covers(one.step.matcher, asked) || covers(one.step.matcher, this.paths)),
    );
  }
}

/** All proxies of a site, in the order in which they count. */
export function proxiesOf(steps: readonly Step[]): ProxyLine[] {
  const out: ProxyLine[] = [];
  const visit = (level: readonly Step[], around: Around): void => {
    for (const [i, step] of level.entries()) {
      if (step.kind !== 'proxy' && step.kind !== 'group') continue;
      const own = step.matcher.paths?.map((path) => around.prefix + path);
      const paths = own ?? around.paths;
      const matchers = [...around.matchers, step.matcher];
      const before = (): readonly Before[] => {
        const earlier = level.slice(0, i).map((one): Before => {
          // Of several `handle`s at most one is gone into, whatever is in them.
          return { step: one, beside: step, ends: (step.exclusive && one.exclusive) || endsAll(one) };
        });
        return [...around.before(), ...earlier];
      };
      if (step.kind === 'proxy') out.push(new Line(step, around, paths, matchers, before));
      else
        visit(step.inner, {
          groups: [...around.groups, step],
          matchers,
          prefix: around.prefix + strippedBy(step),
          paths,
          before,
        });
    }
  };
  visit(steps, { groups: [], matchers: [], prefix: '', paths: undefined, before: () => [] });
  return out;
}
