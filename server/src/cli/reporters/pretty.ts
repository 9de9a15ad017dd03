/** Owns `--format pretty`: findings for people, each with its lines, its reason and its way out. */
import type { Safety } from '../../model/model.ts';
import type { Severity } from '../../rules/rule.ts';
import { codeFrame, columns } from '../frame.ts';
import type { LocatedFinding, Report } from '../located.ts';
import { harmless, type Paint, type Style } from '../terminal.ts';

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'blue' };

/** Where a report goes. */
export interface Sheet {
  /** Columns. */
  readonly width: number;
  /** Whether sentences are broken into lines, as a terminal's reader wants them; others want one line each. */
  readonly wraps: boolean;
  readonly paint: Paint;
}

/** Writes the findings and a line that sums them up. */
export function prettyReport(report: Report, sheet: Sheet): string {
  const { paint } = sheet;
  const blocks = report.findings.map((finding) => block(finding, report, sheet));
  return [...blocks, summary(report, paint)].map((text) => `${text}\n`).join('\n');
}

function block(finding: LocatedFinding, report: Report, { width, wraps, paint }: Sheet): string {
  const severity = paint(STYLES[finding.severity], finding.severity);
  const lines = [
    `${where(finding, paint)} ${severity} ${paint('cyan', finding.rule)}`,
    ...(wraps ? wrapped(harmless(finding.message), width, '  ') : [`  ${harmless(finding.message)}`]),
  ];
  const frame = (at: LocatedFinding['at'], indent: string) => {
    const source = report.shown(at.file);
    if (source === undefined) return;
    lines.push(...codeFrame(source, at.span, width - indent.length, paint).map((line) => `${indent}${line}`));
  };
  frame(finding.at, '  ');
  for (const related of finding.related) {
    lines.push(`  ${harmless(related.message)}: ${where(related, paint)}`);
    frame(related.at, '    ');
  }
  for (const fix of finding.fixes) {
    lines.push(`  ${paint('green', 'fix')} (${fix.safety}): ${harmless(fix.title)}`);
  }
  return lines.join('\n');
}

/** Too narrow for words: a terminal that says it has fewer columns than this breaks lines itself. */
const NARROWEST = 30;

/** The lines of a text that break at spaces, none of them wider than `width` where that can be. */
function wrapped(text: string, width: number, indent: string): string[] {
  if (width < NARROWEST) return [indent + text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columns(longer) + indent.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = longer;
  }
  return [...lines, indent + line];
}

function where({ file, range }: Pick<LocatedFinding, 'file' | 'range'>, paint: Paint): string {
  return paint('bold', `${harmless(file)}:${range.start.line}:${range.start.column}`);
}

function summary({ findings, files }: Report, paint: Paint): string {
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    if (count === 0) return [];
    const word = severity === 'info' ? 'note' : severity;
    return [paint(STYLES[severity], plural(count, word))];
  });
  const found = counts.length === 0 ? paint('green', 'nothing found') : counts.join(', ');
  const fixable = (safety: Safety) =>
    new Set(findings.filter((finding) => finding.fixes.some((fix) => fix.safety === safety)));
  const safe = fixable('safe');
  const others = [...fixable('behaviour')].filter((finding) => !safe.has(finding));
  const ways = [
    [safe.size, 'fixable with --fix'],
    [others.length, `${safe.size > 0 ? 'more' : 'fixable'} with --fix=behaviour`],
  ] as const;
  const offers = ways.flatMap(([count, how]) => (count > 0 ? [`${count} ${how}`] : []));
  return [`${found} in ${plural(files, 'file')}`, ...(offers.length > 0 ? [offers.join(', ')] : [])].join('; ');
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
