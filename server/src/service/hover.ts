/** Owns what is shown about the thing under the cursor. */
import type { Engine } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import type { Subject } from '../languages/language.ts';
import type { Fact, Place } from '../model/origin.ts';
import type { Target } from '../model/target.ts';
import { spanContains } from '../text/span.ts';
import { findingsAt } from './diagnostics.ts';
import { ciphersHover } from './hover-ciphers.ts';
import { directiveHover } from './hover-directive.ts';
import { extensionHover } from './hover-extension.ts';
import { fileHover } from './hover-file.ts';
import { endpointHover, routeHover, settingHover, siteHover } from './hover-model.ts';
import { pemHover } from './hover-pem.ts';
import type { Hover, HoverSource } from './hover-source.ts';
import { variableHover } from './hover-variable.ts';
import { sentence } from './markdown.ts';
import { rulePage } from './rule-page.ts';

/** What there is to say about an offset; undefined for nothing. */
export async function hoverAt(source: HoverSource, file: FileId, offset: number): Promise<Hover | undefined> {
  const found = subjectAt(source.engine, file, offset);
  const told = found && subjectHover(source, found, { file, span: { start: offset, end: offset } });
  const parts = [
    told === undefined || found === undefined ? undefined : { span: found.subject.span, markdown: told },
    await directiveHover(source, file, offset, told !== undefined),
    await variableHover(source, file, offset),
    pemHover(source, file, offset),
    ruleHover(source, file, offset),
  ].filter((part) => part !== undefined);
  const [first] = parts;
  return first && { span: first.span, markdown: parts.map(({ markdown }) => markdown).join('\n\n---\n\n') };
}

interface Found {
  readonly subject: Subject;
  readonly target: Target;
}

/** The subject at an offset; a setting that names a file stands for the file. */
function subjectAt(engine: Engine, file: FileId, offset: number): Found | undefined {
  for (const { project } of engine.projectsOf(file)) {
    const subject = project.subjectAt(file, offset);
    if (subject === undefined) continue;
    const { target } = project.model;
    if (subject.kind !== 'setting') return { subject, target };
    const use = project.fileUses().find(({ place }) => place.file === file && spanContains(subject.span, place.span));
    return { subject: use === undefined ? subject : { kind: 'file', span: subject.span, use }, target };
  }
  return undefined;
}

function subjectHover(source: HoverSource, { subject, target }: Found, at: Place): string | undefined {
  switch (subject.kind) {
    case 'file':
      return fileHover(source, subject.use);
    case 'include':
      return includeHover(source, subject);
    case 'route':
      return routeHover(source, subject.route);
    case 'site':
      return siteHover(source, subject.site);
    case 'endpoint':
      return endpointHover(source, subject.endpoint);
    case 'ciphers':
      return ciphersHover(subject, target);
    case 'extension':
      return extensionHover(subject);
    case 'setting':
      // Who looks at the line sees its value.
      return isWrittenAt(subject.fact, at) ? undefined : settingHover(source, subject.name, subject.fact);
  }
}

function isWrittenAt(fact: Fact<string>, { file, span }: Place): boolean {
  if (!fact.known || fact.origin.kind !== 'written') return false;
  const { place } = fact.origin;
  return place.file === file && spanContains(place.span, span);
}

function includeHover({ placeLink }: HoverSource, { files, why }: Subject & { readonly kind: 'include' }): string {
  if (files.length === 0) return `Includes nothing that can be seen${why === undefined ? '' : `: ${sentence(why)}`}`;
  const shown = files.slice(0, 20).map((file) => `- ${placeLink({ file, span: { start: 0, end: 0 } })}`);
  const more = files.length > shown.length ? [`- and ${files.length - shown.length} more`] : [];
  return [`Includes, in this order:`, '', ...shown, ...more].join('\n');
}

/** The findings at the cursor are shown by the editor itself; what is added is what their rules are about. */
function ruleHover({ run, summaryOf }: HoverSource, file: FileId, offset: number): Hover | undefined {
  const findings = findingsAt(run, file, offset);
  const [first] = findings;
  if (first === undefined || summaryOf === undefined) return undefined;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const lines = rules.map((rule) => {
    const summary = summaryOf(rule);
    return `[${rule}](${rulePage(rule)})${summary === undefined ? '' : `: ${sentence(summary)}`}`;
  });
  return { span: first.at.span, markdown: lines.join('\n\n') };
}
