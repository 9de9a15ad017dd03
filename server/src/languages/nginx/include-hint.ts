/** Owns where a file that an `include` misses may be instead: beside the file that includes it, or under a name that is near. */
import { basename, dirname, isAbsolute, join } from '../../files/paths.ts';
import type { SourceFile } from '../../files/store.ts';
import type { ConfigProblem } from '../../model/model.ts';
import { oneSlipAway } from '../../text/nearest.ts';
import { includeCandidates, type PathContext } from './paths.ts';
import type { NginxProject } from './project.ts';

interface IncludeHint {
  /** To go behind what is wrong, without a full stop. */
  readonly says: string;
  /** What to write instead. */
  readonly path: string | undefined;
}

const hint = (path: string, says: string): IncludeHint => ({ says, path });

/** nginx starts from the folder of its main file, whoever includes (docs, include); undefined where nothing is near. */
function includeHint(written: string, from: SourceFile, paths: PathContext): IncludeHint | undefined {
  const { environment, dependencies, prefix } = paths;
  const { files } = environment;
  const beside = join(dirname(from.id), written);
  if (!isAbsolute(written) && dirname(from.id) !== prefix && files.open(beside, dependencies).ok) {
    const fromPrefix = beside.startsWith(`${prefix}/`) ? beside.slice(prefix.length + 1) : undefined;
    return fromPrefix === undefined
      ? { says: 'it lies beside this file, but nginx starts from the folder of its main file', path: undefined }
      : hint(fromPrefix, `from the folder of nginx's main file it is \`${fromPrefix}\``);
  }
  for (const { path } of includeCandidates(written, paths)) {
    const names = (files.list(dirname(path), dependencies) ?? []).flatMap(({ name, kind }) =>
      kind === 'file' ? [name] : [],
    );
    const near = oneSlipAway(basename(path), names);
    if (near === undefined) continue;
    const meant = written.slice(0, written.length - basename(path).length) + near;
    return hint(meant, `did you mean \`${meant}\`?`);
  }
  return undefined;
}

/** A problem with a hint, and with what to write instead as its offer. */
function withHint(problem: ConfigProblem, { says, path }: IncludeHint): ConfigProblem {
  const { file, span } = problem.place;
  const edits = () => [{ file, edits: [{ span, newText: path ?? '' }] }];
  return {
    ...problem,
    message: `${problem.message}; ${says}`,
    offers:
      path === undefined
        ? []
        : [{ title: `Include \`${path}\` instead`, safety: 'behaviour', remedy: { kind: 'edit', edits } }],
  };
}

/** The problems of reading, with hints. What is near depends on the folders as they are now, so it is looked for each time. */
export function hintedProblems({ problems, includes, paths }: NginxProject): readonly ConfigProblem[] {
  const gone = includes.filter((one) => one.gone);
  if (gone.length === 0) return problems;
  return problems.map((problem) => {
    const { file, span } = problem.place;
    const missed = gone.find((one) => one.file.id === file && one.directive.args[0]?.span.start === span.start);
    const hint = missed === undefined ? undefined : includeHint(missed.pattern, missed.file, paths);
    return hint === undefined ? problem : withHint(problem, hint);
  });
}
