/** Owns key-unprotected: private keys that others can get at: all users of the machine, or all who have the repository. */
import type { FileId } from '../../files/host.ts';
import { endpointsOf, type FileUse } from '../../model/model.ts';
import type { Place } from '../../model/origin.ts';
import { fileWord } from '../certificate-words.ts';
import { purposeOf } from '../purposes.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { blockPlace, grouped, placeKey } from '../subjects.ts';

interface OpenKey {
  readonly file: FileId;
  /** The key in its file. */
  readonly key: Place;
  readonly at: Place;
  /** As the configuration names the file; undefined in a file by itself. */
  readonly use: FileUse | undefined;
}

/** The files of a configuration that may hold keys: first those that are named as keys. */
function keyUses({ model, project }: RuleContext): FileUse[] {
  const uses: FileUse[] = [];
  for (const { certificates } of endpointsOf(model))
    for (const { key } of certificates) if (key !== undefined) uses.push(key);
  for (const use of project.fileUses()) if (purposeOf(use) !== 'authorities') uses.push(use);
  return uses;
}

/** The key that lies open in a file, in whatever form: one whose password nobody knows is no use to others. */
function readableKey(file: FileId, { certificates, project }: RuleContext): Place | undefined {
  const stored = certificates.read(file, project.dependencies);
  if (!stored.ok) return undefined;
  const { pem, keystore } = stored;
  const item = pem.keys.find(({ key }) => !key.encrypted);
  if (item !== undefined) return blockPlace(file, item);
  const isBare = (pem.object?.kind === 'key' && !pem.object.key.encrypted) || keystore?.isOpenToAll === true;
  return isBare ? { file, span: { start: 0, end: 0 } } : undefined;
}

function keysOf(context: RuleContext): OpenKey[] {
  const { model } = context;
  // Thousands of servers may name a few keys, of which usually none is open to others.
  const open = new Map<FileId, boolean>();
  const isOpen = (file: FileId): boolean => {
    const is = open.get(file) ?? openness(file, context) !== undefined;
    open.set(file, is);
    return is;
  };
  if (model.language === 'pem') {
    const key = isOpen(model.root) ? readableKey(model.root, context) : undefined;
    return key === undefined ? [] : [{ file: model.root, key, at: key, use: undefined }];
  }
  const uses = keyUses(context).flatMap((use) =>
    use.file.known && isOpen(use.file.value) ? [{ use, file: use.file.value }] : [],
  );
  return grouped(uses, ({ use, file }) => `${use.place.file}\n${file}`).flatMap(([{ use, file }]) => {
    const key = readableKey(file, context);
    return key === undefined ? [] : [{ file, key, at: use.place, use }];
  });
}

/** Why others can get at a file; a file that git brings has the mode that git gives it. */
function openness(file: FileId, { exposure }: RuleContext): string | undefined {
  const { tracked, readableMode } = exposure(file);
  if (tracked)
    return 'is among the files that git tracks, so everybody who gets the repository has it, and its history keeps it';
  if (readableMode === undefined) return undefined;
  return `can be read by every user of this machine (mode ${readableMode.toString(8).padStart(4, '0')})`;
}

export const rule: Rule = {
  id: 'key-unprotected',
  severity: 'warning',
  since: '0.1.0',
  summary: 'Others than the server can read a private key',
  sources: [
    'https://nginx.org/en/docs/http/configuring_https_servers.html',
    'https://git-scm.com/docs/index-format',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
  ],
  check(context) {
    const open = keysOf(context).flatMap((key) => {
      const why = openness(key.file, context);
      return why === undefined ? [] : [{ ...key, why }];
    });
    for (const group of grouped(open, ({ at }) => placeKey(at))) {
      const [{ at, use, why, key }, ...more] = group;
      const others = more.length === 0 ? '' : `; so it is with ${more.length} more here`;
      context.report({
        at,
        message: `The private key${use === undefined ? '' : ` in ${fileWord(use)}`} ${why}${others}`,
        related: use === undefined ? [] : [{ place: key, message: 'the key' }],
      });
    }
  },
};
