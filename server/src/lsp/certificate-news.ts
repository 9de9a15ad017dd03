/** Owns when the editor must ask again for what it shows of certificates: a lint or a new day has changed it. */
import type { Engine, ProjectReport, Run } from '../analysis/engine-types.ts';
import type { FileId } from '../files/host.ts';
import { lensesOf } from '../service/certificate-lenses.ts';
import { nextTick, overviewOf, recordsIn } from '../service/certificate-overview.ts';
import { earliest } from './schedule.ts';

/** An engine with its last run. */
export interface Seen {
  readonly engine: Engine;
  readonly run: Run;
}

export interface CertificateNews {
  /** The editor has asked for all certificates. */
  listed(seen: Seen): void;
  /** The editor has asked for the lenses of a document. */
  lensesShown(uri: string, file: FileId, seen: Seen): void;
  /** The document is open no more. */
  closed(uri: string): void;
  /** A lint has ended; `seenBy` is what now holds for a document. */
  linted(workspace: Seen, seenBy: (uri: string) => Seen | undefined): void;
  /** When time alone will change what is shown, in milliseconds since 1970. */
  readonly next: number | undefined;
}

/** `changed`: the list is out of date, told once until it is asked for again. `lensesChanged`: those of some document are. */
export function createCertificateNews(changed: () => void, lensesChanged: () => void): CertificateNews {
  let list: { readonly projects: readonly ProjectReport[]; readonly until: number | undefined } | undefined;
  const lenses = new Map<
    string,
    { readonly file: FileId; readonly titles: string; readonly until: number | undefined }
  >();

  const shownLenses = (file: FileId, { engine, run }: Seen) => ({
    file,
    titles: lensesOf(engine, run, file)
      .map(({ title, span }) => `${span.start} ${title}`)
      .join('\n'),
    until: nextTick(recordsIn(engine, run, file), engine.files.now()),
  });
  return {
    listed({ engine, run }) {
      list = { projects: run.projects, until: nextTick(overviewOf(engine, run), engine.files.now()) };
    },
    lensesShown(uri, file, seen) {
      lenses.set(uri, shownLenses(file, seen));
    },
    closed: (uri) => void lenses.delete(uri),
    linted({ engine, run }, seenBy) {
      if (list !== undefined) {
        const isLate = list.until !== undefined && list.until <= engine.files.now();
        if (isLate || !isSame(list.projects, run.projects)) {
          list = undefined;
          changed();
        }
      }
      let isNew = false;
      for (const [uri, before] of lenses) {
        const seen = seenBy(uri);
        if (seen === undefined) continue;
        const now = shownLenses(before.file, seen);
        isNew ||= now.titles !== before.titles;
        lenses.set(uri, now);
      }
      if (isNew) lensesChanged();
    },
    get next() {
      return earliest([list?.until, ...[...lenses.values()].map(({ until }) => until)]);
    },
  };
}

/** A project that was not run again is the same object. */
function isSame(a: readonly ProjectReport[], b: readonly ProjectReport[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
