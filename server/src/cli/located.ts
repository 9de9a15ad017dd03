/** Owns findings as reports show them: files relative to the working directory, lines and columns from 1. */
import type { ProjectReport, Run } from '../analysis/engine-types.ts';
import { isSettingsFile } from '../config/find.ts';
import type { FileId } from '../files/host.ts';
import { isInside, relative } from '../files/paths.ts';
import { type FileStore, noDependencies, type SourceFile } from '../files/store.ts';
import type { Safety } from '../model/model.ts';
import type { Place } from '../model/origin.ts';
import type { Severity } from '../rules/rule.ts';
import type { Span } from '../text/span.ts';

/** Columns count UTF-16 code units, as editors do. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: LineColumn;
  readonly end: LineColumn;
}

export interface Located {
  readonly file: string;
  readonly range: Range;
}

export interface LocatedRelated extends Located {
  readonly message: string;
  readonly at: Place;
}

export interface LocatedEdit extends Located {
  readonly newText: string;
}

export interface LocatedFix {
  readonly title: string;
  readonly safety: Safety;
  readonly edits: readonly LocatedEdit[];
}

export interface LocatedFinding extends Located {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Place;
  readonly related: readonly LocatedRelated[];
  readonly fixes: readonly LocatedFix[];
}

/** What a reporter gets. */
export interface Report {
  /** Sorted by file, place and rule. */
  readonly findings: readonly LocatedFinding[];
  /** How many files were judged. */
  readonly files: number;
  /** A file whose lines may be shown; undefined where there is none, or where it may hold keys. */
  shown(file: FileId): SourceFile | undefined;
}

/** A file as people see it from the working directory; another drive has no way there. */
export function displayPath(cwd: FileId, file: FileId): string {
  const drive = /^[A-Za-z]:/.exec(cwd)?.[0] ?? '/';
  return isInside(drive, file) || drive === '/' ? relative(cwd, file) : file;
}

/**
 * Whether a file's lines may be shown: those of configurations and settings, never of files that hold certificates or
 * keys, whole or damaged.
 */
export function mayShow({ projects }: Run, file: SourceFile): boolean {
  if (file.binary || file.text.includes('PRIVATE KEY-----')) return false;
  const isPart = ({ project }: ProjectReport) =>
    project.language !== 'pem' && project.files.some(({ id }) => id === file.id);
  return isSettingsFile(file.id) || projects.some(isPart);
}

/** Makes the findings of a run ready for a reporter. */
export function locate(run: Run, cwd: FileId, files: FileStore): Report {
  const source = (file: FileId): SourceFile | undefined => {
    const opened = files.open(file, noDependencies());
    return opened.ok ? opened.file : undefined;
  };
  const located = (file: FileId, span: Span): Located => ({
    file: displayPath(cwd, file),
    range: rangeOf(source(file), span),
  });
  const out = run.findings.map(
    (finding): LocatedFinding => ({
      rule: finding.rule,
      severity: finding.severity,
      message: finding.message,
      at: finding.at,
      ...located(finding.at.file, finding.at.span),
      related: finding.related.map(({ place, message }) => ({
        message,
        at: place,
        ...located(place.file, place.span),
      })),
      fixes: finding.fixes.map(({ title, safety, edits }) => ({
        title,
        safety,
        // Most reports name a fix without its edits.
        get edits() {
          return edits.flatMap(({ file, edits: own }) =>
            own.map(({ span, newText }) => ({ ...located(file, span), newText })),
          );
        },
      })),
    }),
  );
  const known = new Map<FileId, SourceFile | undefined>();
  const shown = (file: FileId): SourceFile | undefined => {
    if (!known.has(file)) {
      const found = source(file);
      known.set(file, found !== undefined && mayShow(run, found) ? found : undefined);
    }
    return known.get(file);
  };
  return { findings: out.sort(byPlace), files: run.files.size, shown };
}

function rangeOf(file: SourceFile | undefined, span: Span): Range {
  const at = (offset: number): LineColumn => {
    const { line, character } = file?.lines.positionAt(offset) ?? { line: 0, character: 0 };
    return { line: line + 1, column: character + 1 };
  };
  return { start: at(span.start), end: at(span.end) };
}

function byPlace(a: LocatedFinding, b: LocatedFinding): number {
  return (
    compareText(a.file, b.file) ||
    a.at.span.start - b.at.span.start ||
    a.at.span.end - b.at.span.end ||
    compareText(a.rule, b.rule) ||
    compareText(a.message, b.message)
  );
}

/** By code units, so that the order is the same in every locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
