/** Owns `reverse_proxy` lines: where they hand requests on, over which paths, and what comes before them. */
import { type Arg, type Entry, isUnknown, own, type Scope, values } from '../scope.ts';
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
  /** Earlier lines for the same requests, in the order in which they count. */
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

/** The addresses on the line, and those of `to` lines. */
export function upstreamsOf(entry: Entry): Upstream[] {
  return [
    ...argsOf(entry).map((arg) => upstreamOf(arg, entry)),
    ...own(entry.scope, 'to').flatMap((line) => line.args.map((arg) => upstreamOf(arg, line))),
  ];
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
  readonly before: readonly Before[];
}

/** All proxies of a site, in the order in which they count. */
export function proxiesOf(steps: readonly Step[]): ProxyLine[] {
  const out: ProxyLine[] = [];
  const visit = (level: readonly Step[], around: Around): void => {
    level.forEach((step, i) => {
      const own = step.matcher.paths?.map((path) => around.prefix + path);
      const paths = own ?? around.paths;
      const matchers = [...around.matchers, step.matcher];
      const earlier = level.slice(0, i).map((one): Before => {
        // Of several `handle`s at most one is gone into, whatever is in them.
        return { step: one, beside: step, ends: (step.exclusive && one.exclusive) || endsAll(one) };
      });
      const before = [...around.before, ...earlier];
      if (step.kind === 'proxy') {
        const asked = step.matcher.paths ?? (around.prefix === '' ? around.paths : undefined);
        const { entry } = step;
        const shadow = before.find(
          (one) => one.ends && (covers(one.step.matcher, asked) || covers(one.step.matcher, paths)),
        );
        out.push({
          step,
          entry,
          upstreams: upstreamsOf(entry),
          paths,
          matchers,
          groups: around.groups,
          before,
          shadow,
        });
      } else if (step.kind === 'group') {
        const prefix = around.prefix + strippedBy(step);
        visit(step.inner, { groups: [...around.groups, step], matchers, prefix, paths, before });
      }
    });
  };
  visit(steps, { groups: [], matchers: [], prefix: '', paths: undefined, before: [] });
  return out;
}
