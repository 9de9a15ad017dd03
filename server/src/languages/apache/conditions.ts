/** Owns sections that Apache decides while it reads: `<IfModule>`, `<IfDefine>`, `<IfVersion>` and their kind. */
import { compareVersions, parseVersion, type Target } from '../../model/target.ts';
import type { Defines } from './defines.ts';
import type { Directive } from './syntax/tree.ts';

/** yes: what is in it counts. no: it does not. maybe: only the running server knows. */
export type Decision = 'yes' | 'no' | 'maybe';

const CONDITIONS: ReadonlySet<string> = new Set([
  'ifmodule',
  'ifdefine',
  'ifversion',
  'iffile',
  'ifdirective',
  'ifsection',
]);

export function isCondition(key: string): boolean {
  return CONDITIONS.has(key);
}

export function decide({ key, args }: Directive, defines: Defines, target: Target): Decision {
  const word = args[0]?.value ?? '';
  const negated = word.startsWith('!');
  switch (key) {
    case 'ifmodule':
      // What stands in it needs the module, so whoever writes it means to have it; without the module nothing is said of it.
      return negated ? 'maybe' : 'yes';
    case 'ifdefine':
      return defines.has(word.replace(/^!/, '')) ? (negated ? 'no' : 'yes') : 'maybe';
    case 'ifversion':
      return version(args[1] === undefined ? '=' : word, args[1]?.value ?? word, target);
    default:
      return 'maybe';
  }
}

/** What `<IfVersion>` says (modules/metadata/mod_version.c): of the target, or of every patch version of 2.4. */
function version(operator: string, wanted: string, target: Target): Decision {
  const want = parseVersion(wanted);
  const negated = operator.startsWith('!');
  const how = operator.replace(/^!/, '');
  if (want === undefined || !/^(=|==|>|>=|<|<=|eq|gt|ge|lt|le)$/.test(how)) return 'maybe';
  const have = target.get('apache')?.version;
  const answers = new Set(
    (have === undefined
      ? [
          [2, 4, 0],
          [2, 4, 999],
        ]
      : [have.length < 3 ? [...have, 0] : have]
    ).map((one) => {
      const order = compareVersions(one, want);
      if (how === '=' || how === '==' || how === 'eq') return order === 0;
      if (how === '>' || how === 'gt') return order > 0;
      if (how === '>=' || how === 'ge') return order >= 0;
      return how === '<' || how === 'lt' ? order < 0 : order <= 0;
    }),
  );
  if (answers.size > 1) return 'maybe';
  return answers.has(true) === negated ? 'no' : 'yes';
}
