/** Owns `--format checkstyle`: the XML that most build servers read. */
import type { Report } from '../located.ts';

/** Writes a report, one `file` element a file. */
export function checkstyleReport(report: Report): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<checkstyle version="4.3">'];
  let open: string | undefined;
  for (const { file, range, severity, message, rule } of report.findings) {
    if (file !== open) {
      if (open !== undefined) lines.push('  </file>');
      lines.push(`  <file name="${escapeXml(file)}">`);
      open = file;
    }
    const { line, column } = range.start;
    const where = `line="${line}" column="${column}" severity="${severity}"`;
    lines.push(`    <error ${where} message="${escapeXml(message)}" source="wsslint.${escapeXml(rule)}"/>`);
  }
  if (open !== undefined) lines.push('  </file>');
  return `${[...lines, '</checkstyle>'].join('\n')}\n`;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
]);

/** Text of an attribute. What XML 1.0 cannot hold at all (section 2.2) becomes `�`. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]|\p{Cs}/gu, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES.get(character) ?? character);
}
