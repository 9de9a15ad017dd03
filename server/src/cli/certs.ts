/** Owns `wsslint certs`: every certificate in the given files, and every one that their configurations name. */
import { overviewOf } from '../service/certificate-overview.ts';
import { closedContainers } from '../service/closed-containers.ts';
import type { CertsCommand } from './arguments.ts';
import { certificateTable } from './certs-table.ts';
import { type Core, EXIT, type ExitCode, type Surroundings } from './core.ts';
import { type Listed, listed, moment } from './listed.ts';
import { displayPath } from './located.ts';
import { passwordsIn, tellClosed } from './passwords.ts';
import { toJson } from './reporters/json.ts';
import { atMoment, findFiles } from './search.ts';
import { harmless, painter, wantsColours } from './terminal.ts';

export async function listCertificates(
  { paths, format, now, passwordFile }: CertsCommand,
  core: Core,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { cwd, stdout, stderr, isTTY, environment, columns } = surroundings;
  const host = atMoment(surroundings.host, now);
  const passwords = await passwordsIn(passwordFile, surroundings);
  if (passwords === undefined) return EXIT.usage;
  const found = await findFiles(paths, core, { ...surroundings, host });
  for (const { path, detail } of found.troubles)
    stderr.write(`wsslint: ${harmless(displayPath(cwd, path))}: ${harmless(detail)}\n`);
  if (found.kind === 'unusable') return EXIT.usage;
  const { engine, files } = found;
  engine.unlock(passwords);
  const run = engine.run(files);
  const records = overviewOf(engine, run);
  const closed = closedContainers(engine, run);
  tellClosed(closed, passwords.length > 0, surroundings);
  const list = records.map((record) => listed(record, engine, cwd));
  switch (format) {
    case 'table':
      // A pipe has no width; who reads it may cut the lines.
      stdout.write(
        certificateTable(list, isTTY ? columns : Number.POSITIVE_INFINITY, painter(wantsColours(isTTY, environment))),
      );
      break;
    case 'json':
      stdout.write(
        `${toJson({
          version: 1,
          now: moment(host.now()),
          certificates: list.map(forPrograms),
          closed: closed.map(({ file, keystore }) => ({
            file: displayPath(cwd, file),
            why: keystore.closed ?? 'keys',
          })),
        })}\n`,
      );
      break;
    case 'csv':
      stdout.write(csv(list));
      break;
  }
  return found.troubles.length > 0 ? EXIT.usage : EXIT.clean;
}

function forPrograms({ title: _, issuerTitle: __, ...rest }: Listed) {
  return rest;
}

const CSV_HEAD =
  'file,line,subject,names,issuer,from,until,daysLeft,urgency,usedBy,keyState,keyFiles,fingerprint,pin\n';

/** RFC 4180 with plain line ends: lists in a cell are separated by blanks, users by `; `. */
function csv(list: readonly Listed[]): string {
  const rows = list.map((one) =>
    [
      one.file,
      one.line,
      one.subject,
      one.names.join(' '),
      one.issuer,
      one.from,
      one.until,
      one.daysLeft,
      one.urgency,
      one.usedBy.map(({ label, file, line }) => `${label} (${file}:${line})`).join('; '),
      one.key.state,
      one.key.files.join(' '),
      one.fingerprint,
      one.pin,
    ]
      .map(cell)
      .join(','),
  );
  return CSV_HEAD + rows.map((line) => `${line}\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV Injection). */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = harmless(value).replace(/^(?=[=+\-@\t])/, "'");
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
