/** Owns `--format github`: workflow commands that become annotations of a pull request. */
import type { LocatedFinding, Report } from '../located.ts';
import { harmless } from '../terminal.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Writes one command a finding. */
export function githubReport(report: Report): string {
  return report.findings.map((finding) => `${command(finding)}\n`).join('');
}

function command({ file, range, rule, severity, message, fixes }: LocatedFinding): string {
  const properties = [
    ['file', file],
    ['line', range.start.line],
    ['endLine', range.end.line],
    // GitHub takes columns only for places within one line.
    ...(range.start.line === range.end.line
      ? [['col', range.start.column] as const, ['endColumn', range.end.column] as const]
      : []),
    ['title', `wsslint: ${rule}`],
  ] as const;
  const fix = fixes[0] === undefined ? '' : `\nFix: ${fixes[0].title}`;
  const written = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${COMMANDS[severity]} ${written}::${escapeData(message + fix)}`;
}

/** As the runner reads it back: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
function escapeData(text: string): string {
  const lines = text.replaceAll('%', '%25').split(/\r\n|\r|\n/);
  return lines.map(harmless).join('%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
