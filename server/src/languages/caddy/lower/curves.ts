/** Owns `curves` of `tls`: names that Caddy does not take, which is why it refuses the configuration. */
import { CURVE_NAMES, CURVES } from '../../../facts/caddy.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import { atLeast, type Target } from '../../../model/target.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import type { CaddyProject } from '../project.ts';
import { byFile, replaceArg } from '../realize/layout.ts';
import { type Entry, isUnknown, own, placeOfArg } from '../scope.ts';

/** The name that is meant by one that Caddy does not know. */
function meant(name: string): string | undefined {
  const small = name.toLowerCase();
  return CURVES.has(small) ? small : CURVE_NAMES.get(small);
}

function faultOf(entry: Entry, index: number, target: Target): ConfigProblem[] {
  const name = entry.args[index]?.value ?? '';
  const since = CURVES.get(name);
  const old = since !== undefined && atLeast(target, 'caddy', since) === false;
  if (isUnknown(name) || name.includes('{') || (CURVES.has(name) && !old)) return [];
  const base = { rule: 'config-syntax' as const, place: placeOfArg(entry, index) };
  if (old)
    return [
      {
        ...base,
        message: `\`${name}\` came with Caddy ${since}; the target, ${target.get('caddy')?.text}, refuses it`,
      },
    ];
  const right = meant(name);
  if (right === undefined)
    return [{ ...base, message: `\`${name}\` is no curve that Caddy knows, and it refuses the configuration` }];
  const edits = () => byFile([replaceArg(entry, index, right)].flatMap((edit) => edit ?? []));
  return [
    {
      ...base,
      message: `\`${name}\` is no curve that Caddy knows, and it refuses the configuration; it calls this one \`${right}\``,
      offers: [{ title: `Write \`${right}\``, safety: 'safe', remedy: { kind: 'edit', edits } }],
    },
  ];
}

export function curveFaults(project: CaddyProject): ConfigProblem[] {
  const { target } = project.paths.environment;
  return scopesBelow(project.main)
    .filter(({ opener }) => opener?.name === 'tls')
    .flatMap((scope) => own(scope, 'curves'))
    .flatMap((entry) => entry.args.flatMap((_, i) => faultOf(entry, i, target)));
}
