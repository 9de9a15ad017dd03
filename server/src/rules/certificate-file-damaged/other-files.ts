/** Owns the files besides certificates and keys without which servers do not start: authorities, revocation lists, DH parameters. */
import type { Damage } from '../../certificates/damage.ts';
import type { PemFile } from '../../certificates/file.ts';
import { parametersDamage, storeDamage } from '../../certificates/load.ts';
import { endpointsOf, type FileUse, type TlsEndpoint } from '../../model/model.ts';
import { fileWord } from '../certificate-words.ts';
import type { RuleContext } from '../rule.ts';
import { grouped, placeKey } from '../subjects.ts';

type Refused = RuleContext['model']['product']['refusedDamaged'];

interface OtherUse {
  readonly use: FileUse;
  readonly damageOf: (file: PemFile) => Damage | undefined;
}

const ofTrust = (file: PemFile) => storeDamage(file, 'certificate');
const ofList = (file: PemFile) => storeDamage(file, 'revocation list');

/** Adds the files that an endpoint names: most of thousands name none. */
function addUses(uses: OtherUse[], refused: Refused, { dh, clientCertificates, revocation }: TlsEndpoint): void {
  const asked = clientCertificates.known ? clientCertificates.value : undefined;
  if (refused.has('authorities') && asked?.demand !== 'none' && asked?.trust?.known === true)
    for (const use of asked.trust.value.files) uses.push({ use, damageOf: ofTrust });
  if (refused.has('revocation-lists') && revocation !== undefined)
    for (const use of revocation.lists) uses.push({ use, damageOf: ofList });
  if (refused.has('dh-parameters') && dh?.known === true && dh.value.file !== undefined)
    uses.push({ use: dh.value.file, damageOf: parametersDamage });
}

/** One finding for each line that names such a file. */
export function judgeOtherFiles(context: RuleContext): void {
  const { model, certificates, project, report } = context;
  const uses: OtherUse[] = [];
  const { refusedDamaged: refused } = model.product;
  if (refused.size > 0)
    for (const endpoint of endpointsOf(model)) if (endpoint.side === 'server') addUses(uses, refused, endpoint);
  for (const [{ use, damageOf }] of grouped(uses, (one) => placeKey(one.use.place))) {
    const stored = use.file.known ? certificates.read(use.file.value, project.dependencies) : undefined;
    const damage = stored?.ok === true ? damageOf(stored.pem) : undefined;
    if (stored?.ok !== true || damage === undefined) continue;
    const what = damage.message.charAt(0).toLowerCase() + damage.message.slice(1).replace(/\.$/, '');
    const line = damage.span.end > 0 ? ` (line ${stored.source.lines.positionAt(damage.span.start).line + 1})` : '';
    report({
      at: use.place,
      message: `${model.product.name} does not start with ${fileWord(use)}: ${what}${line}`,
      related: [{ place: { file: stored.source.id, span: damage.span }, message: damage.message.replace(/\.$/, '') }],
    });
  }
}
