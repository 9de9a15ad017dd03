/** Owns `--format sarif`: SARIF 2.1.0 for code scanning. */

import type { RulePage } from '../core.ts';
import type { Located, LocatedEdit, LocatedFinding, Report } from '../located.ts';
import { toJson } from './json.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Writes a report with all rules that wsslint `version` knows. */
export function sarifReport(report: Report, rules: readonly RulePage[], version: string): string {
  const indexes = new Map(rules.map((rule, index) => [rule.id, index]));
  return `${toJson({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'wsslint', semanticVersion: version, version, rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => result(finding, indexes.get(finding.rule))),
      },
    ],
  })}\n`;
}

function descriptor(rule: RulePage) {
  return {
    id: rule.id,
    shortDescription: { text: rule.summary },
    help: { text: rule.page, markdown: rule.page },
    helpUri: rule.address,
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

function result(finding: LocatedFinding, ruleIndex: number | undefined) {
  const fixes = finding.fixes.filter((fix) => fix.safety !== 'sketch');
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    locations: [{ physicalLocation: physicalLocation(finding) }],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map((related, id) => ({
            id,
            physicalLocation: physicalLocation(related),
            message: { text: related.message },
          })),
        }),
    ...(fixes.length === 0
      ? {}
      : {
          fixes: fixes.map((fix) => ({ description: { text: fix.title }, artifactChanges: changes(fix.edits) })),
        }),
  };
}

function physicalLocation({ file, range }: Located) {
  return { artifactLocation: { uri: uriOf(file) }, region: region({ file, range }) };
}

function region({ range: { start, end } }: Located) {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function changes(edits: readonly LocatedEdit[]) {
  return [...new Set(edits.map((edit) => edit.file))].map((file) => ({
    artifactLocation: { uri: uriOf(file) },
    replacements: edits
      .filter((edit) => edit.file === file)
      .map((edit) => ({ deletedRegion: region(edit), insertedContent: { text: edit.newText } })),
  }));
}

/** A relative reference (RFC 3986, section 4.2), or a `file:` URI for a path with a drive. */
function uriOf(file: string): string {
  const escaped = file.split('/').map(encodeURIComponent).join('/');
  return /^[A-Za-z]:\//.test(file) ? `file:///${file[0]}:${escaped.slice(4)}` : escaped;
}
