/** Owns what Caddy would refuse in a configuration, beside its imports. */
import { CADDY_1_DIRECTIVES, DIRECTIVES } from '../../../facts/caddy.ts';
import type { ConfigProblem } from '../../../model/model.ts';
import { scopesBelow } from '../../blocks/scope.ts';
import type { CaddyProject } from '../project.ts';
import { type Entry, isUnknown, placeOf } from '../scope.ts';
import { shown } from '../syntax/faults.ts';
import { isSite } from '../syntax/parser.ts';
import { curveFaults } from './curves.ts';
import { proxyFaults } from './upstream-faults.ts';

function syntaxProblems(project: CaddyProject): ConfigProblem[] {
  return [...project.files.values()].flatMap(({ file, tree }) =>
    tree.problems.map(({ span, message, related, fix }): ConfigProblem => {
      const place = { file: file.id, span };
      const more =
        related === undefined
          ? {}
          : { related: [{ place: { file: file.id, span: related.span }, message: related.message }] };
      if (fix === undefined) return { rule: 'config-syntax', place, message, ...more };
      const remedy = { kind: 'edit' as const, edits: () => [{ file: file.id, edits: fix.edits }] };
      return {
        rule: 'config-syntax',
        place,
        message,
        ...more,
        offers: [{ title: fix.title, safety: 'safe', remedy }],
      };
    }),
  );
}

/** What looks like an address where a directive is expected: directives have none of these signs. */
const ADDRESS = /^(https?:\/\/\S+|:\d+|localhost(:\d+)?|[\w*-]+(\.[\w-]+)+(:\d+)?)$/i;

function unknownDirective(site: Entry, entry: Entry): ConfigProblem | undefined {
  const { name } = entry;
  if (name.startsWith('@') || DIRECTIVES.has(name) || isUnknown(name)) return undefined;
  const place = placeOf(entry);
  if (ADDRESS.test(name)) {
    const braces = site.directive.block?.open !== undefined;
    return {
      rule: 'config-syntax',
      place,
      message: braces
        ? `\`${shown(name)}\` is no directive: another site cannot stand inside this one, and Caddy refuses it`
        : `\`${shown(name)}\` is no directive: several sites in one file need braces around each of them, and Caddy refuses them without`,
      related: [{ place: placeOf(site), message: 'in the site that begins here' }],
    };
  }
  const now = CADDY_1_DIRECTIVES.get(name);
  if (now === undefined) return undefined;
  return {
    rule: 'config-syntax',
    place,
    message: `\`${name}\` is a directive of Caddy 1, which Caddy 2 refuses (unrecognized directive); \`${now}\` took its place`,
  };
}

export function problemsOf(project: CaddyProject): ConfigProblem[] {
  const out = syntaxProblems(project);
  if (out.length > 0) return out;
  for (const site of project.main.entries) {
    if (!isSite(site.directive) || project.inner) continue;
    for (const entry of site.scope?.entries ?? []) {
      const problem = unknownDirective(site, entry);
      if (problem !== undefined) out.push(problem);
    }
  }
  const { target } = project.paths.environment;
  for (const { entries } of scopesBelow(project.main))
    for (const entry of entries) if (entry.name === 'reverse_proxy') out.push(...proxyFaults(entry, target));
  out.push(...curveFaults(project));
  return out;
}
