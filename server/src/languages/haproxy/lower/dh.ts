/** Owns parameters of DHE suites: a block in the file of a certificate, `ssl-dh-param-file`, `tune.ssl.default-dh-param`. */
import { DHE_ASKED_SINCE, MANUAL } from '../../../facts/haproxy.ts';
import type { DhSource } from '../../../model/dh.ts';
import type { CertificateUse, FileUse } from '../../../model/model.ts';
import { type Fact, known, type Origin, unknown } from '../../../model/origin.ts';
import { atLeast } from '../../../model/target.ts';
import { span } from '../../../text/span.ts';
import { removeLine } from '../edits.ts';
import { globalStatements, type PathContext } from '../paths.ts';
import { placeOf } from '../proxies.ts';
import { alwaysIn } from '../syntax/query.ts';
import type { Statement } from '../syntax/tree.ts';
import { filesOf } from './certificates.ts';

const SETTING = 'ssl-dh-param-file';
const MADE = 'tune.ssl.default-dh-param';
const BLOCK = /-----BEGIN (?:X9\.42 )?DH PARAMETERS-----[\s\S]*?-----END [^\n]*(?:\n|$)/;

const NONE: Origin = {
  kind: 'default',
  versions: `HAProxy ${DHE_ASKED_SINCE} and newer`,
  source: `${MANUAL}#3.2-${MADE}`,
};

/**
 * A block in a certificate's file goes before the file of `global`, and that before a number of bits; parameters that OpenSSL refuses
 * are warned about and left out (src/ssl_sock.c, ssl_sock_load_dh_params; seen with 2.6, 3.0 and 3.2).
 */
export function dhOf(certificates: readonly CertificateUse[], context: PathContext, part: boolean): Fact<DhSource> {
  const inFiles = certificates.map(({ certificate }) => blockIn(certificate, context));
  const inFile = inFiles.filter((one) => one !== 'unseen').find((one) => one !== undefined);
  if (inFile !== undefined) return inFile;
  const [file, made] = [SETTING, MADE].map((keyword) => globalStatements(context.whole, keyword).at(-1));
  for (const one of [file, made])
    if (one !== undefined && (!alwaysIn(one.section, one.statement) || one.section.header.branch !== ''))
      return unknown(`\`${one.statement.words[0]?.value}\` stands in an \`.if\` block`);
  const source = (statement: Statement, more: Pick<DhSource, 'file' | 'made'>): Fact<DhSource> =>
    known(
      {
        ...more,
        setting: SETTING,
        withoutFile: 'none',
        refused: 'dhe',
        removal: `Remove \`${statement.words[0]?.value}\``,
        remove: () => [{ file: statement.source.file, edits: [removeLine(statement)] }],
      },
      { kind: 'written', place: placeOf(statement) },
    );
  if (file !== undefined) {
    const [use] = filesOf(file.statement, context);
    return use === undefined
      ? unknown(`the environment decides \`${SETTING}\``)
      : source(file.statement, { file: use });
  }
  if (made !== undefined) {
    const [, value] = made.statement.words;
    if (value === undefined || value.variable || !/^\d+$/.test(value.value))
      return unknown(`\`${MADE}\` has no number`);
    const place = placeOf(made.statement);
    return source(made.statement, {
      file: undefined,
      made: { bits: Number(value.value), written: `${MADE} ${value.value}`, place },
    });
  }
  if (part) return unknown(`\`${SETTING}\` may stand in another file`);
  if (inFiles.includes('unseen')) return unknown('what the files of the certificates hold beside them is not known');
  if (atLeast(context.environment.target, 'haproxy', DHE_ASKED_SINCE) !== true)
    return unknown(`HAProxy before ${DHE_ASKED_SINCE} has parameters of its own`);
  return known(
    { setting: SETTING, file: undefined, withoutFile: 'none', refused: 'dhe', removal: '', remove: () => undefined },
    NONE,
  );
}

/** The parameters in the file of a certificate; `unseen` where the file cannot be read. */
function blockIn(
  certificate: FileUse,
  { environment, dependencies }: PathContext,
): Fact<DhSource> | 'unseen' | undefined {
  const { file, place, written } = certificate;
  const opened = file.known ? environment.files.open(file.value, dependencies) : undefined;
  if (opened?.ok !== true) return 'unseen';
  const { text, id } = opened.file;
  const found = BLOCK.exec(text);
  if (found === null) return undefined;
  const edits = [{ span: span(found.index, found.index + found[0].length), newText: '' }];
  return known(
    {
      setting: SETTING,
      file: certificate,
      withoutFile: 'none',
      refused: 'dhe',
      removal: `Take the parameters out of \`${written}\``,
      remove: () => [{ file: id, edits }],
    },
    { kind: 'written', place },
  );
}
