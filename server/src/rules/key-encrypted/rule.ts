/** Owns key-encrypted: private keys whose password the server is not told. */
import { asKeyFile } from '../../certificates/load.ts';
import type { CertificateUse, FileUse } from '../../model/model.ts';
import { fileWord, presenters } from '../certificate-words.ts';
import type { Rule, RuleContext } from '../rule.ts';
import { blockPlace, grouped, placeKey, usesOfPicked } from '../subjects.ts';

interface Locked {
  readonly use: CertificateUse;
  readonly key: FileUse;
  readonly block: ReturnType<typeof blockPlace>;
}

function lockedKey(use: CertificateUse, { certificates, project }: RuleContext): Locked[] {
  const { key } = use;
  if (key === undefined || !key.file.known) return [];
  const stored = certificates.read(key.file.value, project.dependencies);
  const loaded = stored.ok ? asKeyFile(stored.pem) : undefined;
  if (loaded?.kind !== 'usable' || !loaded.key.key.encrypted) return [];
  return [{ use, key, block: blockPlace(key.file.value, loaded.key) }];
}

export const rule: Rule = {
  id: 'key-encrypted',
  severity: 'warning',
  since: '0.1.0',
  summary: 'A private key is encrypted, and the server is not told its password',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_password_file',
    'https://docs.haproxy.org/dev/configuration.html#3.1-ssl-passphrase-cmd',
  ],
  check(context) {
    const { model } = context;
    const locked = usesOfPicked(model, (use) => lockedKey(use, context).length > 0)
      .filter(({ passwords }) => passwords?.known === true && !passwords.value)
      .flatMap((use) => lockedKey(use, context));
    const { name, passwordUntold, asksPassword } = model.product;
    const what = asksPassword
      ? 'asks for the password at a terminal, and does not start where there is none'
      : 'does not start';
    for (const group of grouped(locked, ({ key }) => placeKey(key.place))) {
      const [{ key, block }] = group;
      const files = new Set(group.map((one) => placeKey(one.block))).size;
      context.report({
        at: key.place,
        message: `The private key in ${fileWord(key)} is encrypted, and ${passwordUntold}: ${name} ${what}${files > 1 ? `; so it is with ${files - 1} more here` : ''}; used by ${presenters(group.map(({ use }) => use.label))}`,
        related: [{ place: block, message: 'the encrypted key' }],
      });
    }
  },
};
