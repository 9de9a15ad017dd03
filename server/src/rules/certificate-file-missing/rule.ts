/** Owns certificate-file-missing: certificate and key files that are certainly not where the configuration says. */
import type { FileId } from '../../files/host.ts';
import { basename } from '../../files/paths.ts';
import { type CertificateUse, endpointsOf, type FileUse } from '../../model/model.ts';
import { rememberedTest } from '../../text/names.ts';
import { nearest } from '../../text/nearest.ts';
import { nameFiles, writtenPath } from '../replacements.ts';
import type { Offer, Rule, RuleContext } from '../rule.ts';
import { grouped, placeKey } from '../subjects.ts';
import { filesOfKind } from '../workspace-certificates.ts';

/** Settings of TLS; others name files too, such as error pages. */
const TLS_SETTING = /ssl|tls|certificate|^(default-)?crt|^c(a|rl)-|^trust|pem_files?$|^(cert|key|CAfile|CRLfile)$/i;
const isTls = rememberedTest(TLS_SETTING);
const KEY_SETTING = /(^|_)key$|KeyFile$/i;

/** How many of their last folders two paths have in common. */
function sharedEnd(a: string, b: string): number {
  const [one, other] = [a.split('/').reverse(), b.split('/').reverse()];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return same;
}

/** With more files than these, names that only resemble each other are no hint. */
const COMPARED = 200;

/** Whether a path is a key's: by its setting, or where one setting has both paths, by its place. */
function isForKey({ setting, place }: FileUse, { model }: RuleContext): boolean {
  if (KEY_SETTING.test(setting)) return true;
  const at = placeKey(place);
  return endpointsOf(model).some(({ certificates }) =>
    certificates.some(
      ({ certificate, key }) => key !== undefined && placeKey(key.place) === at && placeKey(certificate.place) !== at,
    ),
  );
}

/** The file that was probably meant: of the same kind, with the same name elsewhere, or with nearly the same name. */
function meant(use: FileUse, context: RuleContext): FileId | undefined {
  const fits = filesOfKind(isForKey(use, context) ? 'key' : 'certificate', context);
  const name = basename(use.written);
  const same = fits.filter((file) => basename(file) === name);
  const like = same.length > 0 || fits.length > COMPARED ? name : nearest(name, fits.map(basename));
  const named = same.length > 0 ? same : fits.filter((file) => basename(file) === like);
  const best = Math.max(...named.map((file) => sharedEnd(file, use.written)));
  const [only, ...others] = named.filter((file) => sharedEnd(file, use.written) === best);
  return others.length === 0 ? only : undefined;
}

function offersFor(uses: readonly [FileUse, ...FileUse[]], context: RuleContext): Offer[] {
  const file = meant(uses[0], context);
  const path = file === undefined ? undefined : writtenPath(uses[0], file, context);
  if (path === undefined || uses.some(({ written }) => written !== uses[0].written)) return [];
  const remedy = nameFiles(
    uses.map((use) => ({ use, path })),
    context,
  );
  return remedy === undefined ? [] : [{ title: `Name \`${path}\` instead`, safety: 'behaviour', remedy }];
}

/** A certificate without a key, and no key in the file beside it, of the same name with `.key`. */
function reportLoneCertificates(uses: readonly CertificateUse[], context: RuleContext): void {
  const { name, says } = context.model.product;
  const words = says.damaged === undefined ? '' : ` ("${says.damaged.key}")`;
  for (const { certificate, key } of uses) {
    if (key === undefined || !key.file.known || placeKey(key.place) !== placeKey(certificate.place)) continue;
    const stored = context.certificates.read(key.file.value, context.project.dependencies);
    if (stored.ok || stored.reason !== 'missing') continue;
    context.report({
      at: certificate.place,
      message: `\`${key.written.replace(/\.key$/, '')}\` holds no private key, and there is no \`${basename(key.file.value)}\` beside it; ${name} does not start without one${words}`,
    });
  }
}

export const rule: Rule = {
  id: 'certificate-file-missing',
  severity: 'info',
  since: '0.1.0',
  summary: 'A certificate or key file is not where the configuration says',
  sources: [
    'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_certificate',
    'https://docs.haproxy.org/3.2/configuration.html#5.1-crt',
  ],
  check(context) {
    const { model, project, certificates } = context;
    const certificateUses = endpointsOf(model).flatMap((endpoint) => endpoint.certificates);
    // What is named may be a folder, or several files that its name is the beginning of.
    let found: Set<string> | undefined;
    const isFound = ({ place }: FileUse): boolean => {
      found ??= new Set(
        certificateUses.flatMap(({ certificate: { file, place: at } }) =>
          file.known && certificates.read(file.value, project.dependencies).ok ? [placeKey(at)] : [],
        ),
      );
      return found.has(placeKey(place));
    };
    // Thousands of servers may name a few files.
    const there = new Set<FileId>();
    const missing = project.fileUses().flatMap((use) => {
      if (!use.file.known || there.has(use.file.value) || !isTls(use.setting)) return [];
      const stored = certificates.read(use.file.value, project.dependencies);
      if (stored.ok) there.add(use.file.value);
      if (stored.ok || stored.reason === 'outside' || isFound(use)) return [];
      if (stored.reason === 'directory' && model.product.folders) return [];
      return [{ use, file: use.file.value, reason: stored.reason, detail: stored.detail }];
    });
    for (const group of grouped(missing, ({ use, file }) => `${use.place.file}\n${file}`)) {
      const [{ use, reason, detail }, ...more] = group;
      const uses: [FileUse, ...FileUse[]] = [use, ...more.map((one) => one.use)];
      context.report({
        at: use.place,
        message:
          reason === 'missing'
            ? `\`${use.written}\` is not there, so nothing in it was judged; ${model.product.name} does not start without it`
            : `\`${use.written}\` cannot be read, so nothing in it was judged: ${detail}`,
        related: more.map(({ use: { place, setting } }) => ({ place, message: `\`${setting}\` names it, too` })),
        offers: reason === 'missing' ? offersFor(uses, context) : [],
      });
    }
    if (model.product.keyBeside) reportLoneCertificates(certificateUses, context);
  },
};
