/** Owns certificate-file-damaged: files in which the TLS library does not find what the configuration expects. */
import type { Damage } from '../../certificates/damage.ts';
import type { PemFile } from '../../certificates/file.ts';
import { asBundle, asCertificateFile, asKeyFile, excessOf } from '../../certificates/load.ts';
import { repairOf } from '../../certificates/repair.ts';
import type { SourceFile } from '../../files/store.ts';
import type { CertificateUse, FileUse } from '../../model/model.ts';
import { holdsFor } from '../../model/product.ts';
import { fileWord } from '../certificate-words.ts';
import { keyFileFor, nameFiles } from '../replacements.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { grouped, placeKey, usesOfPicked } from '../subjects.ts';
import { judgeOtherFiles } from './other-files.ts';

/** Faults of one file that are told; a file with more is no file of certificates. */
const LISTED = 100;

interface Fault {
  readonly use: FileUse;
  readonly pair: CertificateUse;
  readonly kind: 'certificate' | 'key';
  readonly source: SourceFile;
  readonly pem: PemFile;
  readonly damage: Damage;
  readonly effect: Effect;
}

/**
 * The product does not start with it, because of the certificate or key or because of the chain; it does, and clients
 * refuse it; it reads only a part of the file; it does one or the other, which depends on a version that is not known:
 * older ones read, or older ones refuse.
 */
type Effect = 'refused' | 'chain-refused' | 'useless' | 'partial' | 'partial-or-refused' | 'refused-or-partial';

function readOf(use: FileUse, { certificates, project }: RuleContext) {
  if (!use.file.known) return undefined;
  const stored = certificates.read(use.file.value, project.dependencies);
  return stored.ok ? stored : undefined;
}

/** Damage for which a block is passed over. What stands behind a certificate in its block matters to nobody. */
function passedOver({ damage }: PemFile): Damage | undefined {
  return damage.find(({ kind, stops }) => !stops && kind !== 'trailing-bytes' && kind !== 'too-many');
}

function certificateFault(pair: CertificateUse, context: RuleContext): Fault[] {
  const use = pair.certificate;
  const stored = readOf(use, context);
  if (stored === undefined) return [];
  const { pem, source } = stored;
  const fault = { use, pair, kind: 'certificate' as const, source, pem };
  const bundle = context.model.product.bundles ? asBundle(pem) : undefined;
  const loaded = bundle ?? asCertificateFile(pem);
  if (loaded.kind === 'damaged') {
    const { damage } = loaded;
    const effect = effectOf(damage, pem, context);
    return effect === undefined ? [] : [{ ...fault, damage, effect }];
  }
  if (bundle?.cut !== undefined) return [{ ...fault, damage: bundle.cut, effect: cutEffect(context) }];
  const lost = passedOver(pem);
  if (lost !== undefined) return [{ ...fault, damage: lost, effect: 'partial' }];
  const excess = excessOf([loaded.leaf, ...loaded.chain]);
  return excess === undefined ? [] : [{ ...fault, damage: excess, effect: 'useless' }];
}

/** What damage does that OpenSSL stops at; undefined where it does nothing. */
function effectOf(damage: Damage, { leaf }: PemFile, { model }: RuleContext): Effect | undefined {
  const { blankLines, damagedBehind } = model.product;
  if (!damage.stops) return 'useless';
  if (blankLines && damage.kind === 'blank-line') return undefined;
  const isBehind = leaf !== undefined && leaf.labelSpan.start < damage.span.start;
  if (!isBehind || damagedBehind === 'refused') return 'refused';
  if (damagedBehind === 'either') return 'refused-or-partial';
  // What is sound as PEM is sent as it is.
  return damage.kind === 'certificate-der' ? 'useless' : 'partial';
}

function cutEffect({ model }: RuleContext): Effect {
  const strict = holdsFor(model.product.strictChains, model.target);
  if (strict === undefined) return 'partial-or-refused';
  return strict ? 'chain-refused' : 'partial';
}

function keyFault(pair: CertificateUse, context: RuleContext): Fault[] {
  const { key } = pair;
  const stored = key === undefined ? undefined : readOf(key, context);
  if (key === undefined || stored === undefined) return [];
  if (context.model.product.derKeys && stored.pem.object?.kind === 'key') return [];
  const loaded = asKeyFile(stored.pem);
  if (loaded.kind === 'usable') return [];
  const { source, pem } = stored;
  return [{ use: key, pair, kind: 'key', source, pem, damage: loaded.damage, effect: 'refused' }];
}

/** Whether the two files of a pair are exchanged. */
function isExchanged({ certificate, key }: CertificateUse, context: RuleContext): boolean {
  const [one, other] = [readOf(certificate, context), key && readOf(key, context)];
  return (
    one !== undefined &&
    other !== undefined &&
    one.source !== other.source &&
    one.pem.items[0]?.kind === 'key' &&
    one.pem.leaf === undefined &&
    asCertificateFile(other.pem).kind === 'usable' &&
    asKeyFile(other.pem).kind === 'damaged'
  );
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

/** What the product says itself, so that it can be found again in a log. */
function wordsOf({ kind, damage, effect }: Fault, { model }: RuleContext): string | undefined {
  const { damaged, opensslReasons } = model.product.says;
  if (effect === 'chain-refused') return damaged?.chain;
  if (effect !== 'refused') return undefined;
  return damaged?.[kind] ?? (opensslReasons ? damage.opensslSays : undefined);
}

/** `the END line … (line 12, "bad end line")`. */
function whatIsWrong(fault: Fault, context: RuleContext): string {
  const { damage, source } = fault;
  const words = wordsOf(fault, context);
  const line = `line ${source.lines.positionAt(damage.span.start).line + 1}`;
  const notes = [...(damage.span.end > 0 ? [line] : []), ...(words === undefined ? [] : [`"${words}"`])];
  return `${lowered(damage.message)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}

function messageOf(fault: Fault, context: RuleContext): string {
  const { use, pair, effect } = fault;
  const { name: product, strictChains, says } = context.model.product;
  const file = fileWord(use);
  const what = whatIsWrong(fault, context);
  if (isExchanged(pair, context) && pair.key !== undefined)
    return `${product} does not start: ${file} is the private key, and ${fileWord(pair.key)} the certificate${says.opensslReasons ? ` ("${fault.damage.opensslSays}")` : ''}`;
  switch (effect) {
    case 'refused':
    case 'chain-refused':
      return `${product} does not start with ${file}: ${what}`;
    case 'useless':
      return `${product} loads ${file}, but clients refuse it: ${what}`;
    case 'partial':
      return `${product} reads only a part of ${file}, without a word: ${what}`;
    case 'refused-or-partial':
      return `${product} does not start with ${file}, or in newer versions reads only a part of it: ${what}`;
    case 'partial-or-refused': {
      const before = typeof strictChains === 'boolean' ? '' : ` before ${strictChains.since}`;
      return `${product}${before} reads only a part of ${file}, without a word, and newer versions do not start with it: ${what}`;
    }
  }
}

/** Offers the repair of a frame; whether there is one is found out when somebody asks for it. */
function repairOffers(source: SourceFile, pem: PemFile, damage: Damage): Offer[] {
  const title = REPAIRS[damage.kind];
  if (title === undefined) return [];
  const edits = () => {
    const repair = repairOf(source.text, pem, damage);
    return repair && [{ file: source.id, edits: repair }];
  };
  return [{ title, safety: 'safe', remedy: { kind: 'edit', edits } }];
}

const REPAIRS: Partial<Record<Damage['kind'], string>> = {
  'begin-indented': 'Remove the indentation',
  'begin-line': 'Correct the BEGIN line',
  'end-line': 'Correct the END line',
  'end-label': 'Name the block in its END line as in its BEGIN line',
  'end-missing': 'Add the END line',
  glued: 'Put the BEGIN line on a line of its own',
  'blank-line': 'Remove the blank line',
  'line-ends': 'Use real line ends',
  'one-line': 'Put the BEGIN and END lines on lines of their own',
};

function offersFor(fault: Fault, uses: readonly FileUse[], context: RuleContext): Offer[] {
  const { pair, source, pem, damage, kind } = fault;
  const { certificate, key } = pair;
  if (key !== undefined && isExchanged(pair, context)) {
    const remedy = nameFiles(
      [
        { use: certificate, path: key.written },
        { use: key, path: certificate.written },
      ],
      context,
    );
    return uses.length > 1 || remedy === undefined ? [] : [{ title: 'Exchange the two paths', safety: 'safe', remedy }];
  }
  const repair = repairOffers(source, pem, damage);
  if (kind === 'certificate' || key === undefined) return repair;
  const leaf = readOf(certificate, context)?.pem.leaf?.certificate;
  const isBundle = placeKey(key.place) === placeKey(certificate.place);
  const found = leaf === undefined || isBundle ? undefined : keyFileFor(leaf, key, context);
  if (found === undefined) return repair;
  const remedy = nameFiles(
    uses.map((use) => ({ use, path: found.path })),
    context,
  );
  if (remedy === undefined) return repair;
  const title = `Use the key in \`${found.path}\`, which belongs to the certificate`;
  return [...repair, { title, safety: 'safe', remedy }];
}

/** A file of its own: each damaged place in it. A file without any block is of another format, which is no damage in itself. */
function judgeFile(context: RuleContext): void {
  const { model, project, certificates } = context;
  const stored = certificates.read(model.root, project.dependencies);
  if (!stored.ok) return;
  const { source, pem } = stored;
  // What else a file by itself holds may be for others: only its first certificate is certainly sent.
  const excess = pem.leaf === undefined ? undefined : excessOf([pem.leaf]);
  const all =
    excess === undefined ? pem.damage : [{ ...excess, span: pem.leaf?.labelSpan ?? excess.span }, ...pem.damage];
  const listed = all.slice(0, LISTED);
  for (const damage of listed) {
    const words = damage.opensslSays === undefined ? '' : `; OpenSSL says "${damage.opensslSays}"`;
    const more = damage === listed[LISTED - 1] ? all.length - LISTED : 0;
    context.report({
      severity: damage.stops || damage.kind === 'certificate-der' ? 'error' : 'warning',
      at: { file: model.root, span: damage.span },
      message: `${damage.message.replace(/\.$/, '')}${words}${more > 0 ? `; ${more} more are not listed` : ''}`,
      offers: repairOffers(source, pem, damage),
    });
  }
}

export const rule: Rule = {
  id: 'certificate-file-damaged',
  severity: 'error',
  since: '0.1.0',
  summary: 'A certificate or key file is damaged, or holds something else',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc7468',
    'https://docs.openssl.org/3.0/man3/PEM_read_bio_PrivateKey/',
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate',
  ],
  check(context) {
    if (context.model.language === 'pem') {
      judgeFile(context);
      return;
    }
    judgeOtherFiles(context);
    const pairs = usesOfPicked(
      context.model,
      (pair) => certificateFault(pair, context).length > 0 || keyFault(pair, context).length > 0,
    );
    const faults = pairs.flatMap((pair) => {
      const certificate = certificateFault(pair, context);
      // Of two exchanged files one finding is enough; a bundle has both in one file.
      const isSaid = certificate.some(({ effect }) => effect === 'refused') && isExchanged(pair, context);
      return isSaid ? certificate : [...certificate, ...keyFault(pair, context)];
    });
    const files = grouped(faults, ({ use, kind, source }) => `${use.place.file}\n${kind}\n${source.id}`);
    // A folder of certificates is named by one path.
    for (const [first, ...more] of grouped(files, ([{ use }]) => placeKey(use.place))) {
      const [fault] = first;
      const uses = grouped(first, ({ use }) => placeKey(use.place)).map(([one]) => one.use);
      const others = more.length === 0 ? '' : `; so it is with ${more.length} more here`;
      const notes = [fault, ...more.map(([one]) => one)].map(({ source, damage }) => ({
        place: { file: source.id, span: damage.span },
        message: damage.message.replace(/\.$/, ''),
      }));
      context.report({
        severity: fault.effect === 'partial' || fault.effect === 'partial-or-refused' ? 'warning' : 'error',
        at: fault.use.place,
        message: `${messageOf(fault, context)}${others}`,
        related: [
          ...notes,
          ...uses.slice(1).map(({ place, setting }) => ({ place, message: `\`${setting}\` names it, too` })),
        ],
        offers: offersFor(fault, uses, context),
      });
    }
  },
};
