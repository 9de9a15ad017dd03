/** Owns setting the TLS versions of a `bind` line: on the line itself, or in `ssl-default-bind-options` where they are listed. */
import { TLS_VERSIONS, type TlsVersion } from '../../../model/model.ts';
import type { FileEdits } from '../../../model/remedy.ts';
import type { TextEdit } from '../../../text/edits.ts';
import { insertBehind, removeWords } from '../edits.ts';
import { entrySettings } from '../lower/list-endpoints.ts';
import { type SourcedEndpoint, sslWord } from '../lower/sites.ts';
import { rangeWords } from '../lower/version-flags.ts';
import { globalSettings, type LineSettings, settingsOf } from '../lower/versions.ts';
import type { Statement, Whole } from '../syntax/tree.ts';
import { spanOfWords } from '../syntax/words.ts';

/** Puts `words` in the place of the settings of a line: of the first, the others go. */
function rewriteLine({ statement, settings }: LineSettings, words: string): TextEdit[] | undefined {
  const places = settings.map(({ name, value }) => {
    const from = statement.words.indexOf(name);
    return { from, to: value === undefined ? from + 1 : from + 2 };
  });
  // `ssl-min-ver` keeps its place, so that the edit is the smallest one.
  const kept =
    places[
      Math.max(
        0,
        settings.findIndex(({ kind }) => kind === 'min'),
      )
    ];
  const target = kept === undefined ? undefined : spanOfWords(statement.words, kept.from, kept.to);
  if (kept === undefined || target === undefined) return undefined;
  const others = places.filter((place) => place !== kept).map(({ from, to }) => removeWords(statement, from, to));
  return [{ span: target, newText: words }, ...others.filter((edit) => edit !== undefined)];
}

/** An upper bound of the line stays written, as the `bind` line may have a lower one. */
function withUpperBound(words: string, { settings }: LineSettings): string {
  return settings.some(({ kind }) => kind === 'max') && !words.includes('ssl-max-ver')
    ? `${words} ssl-max-ver TLSv1.3`
    : words;
}

function inFile({ source }: Statement, edits: readonly TextEdit[] | undefined): readonly FileEdits[] | undefined {
  return edits === undefined ? undefined : [{ file: source.file, edits }];
}

/** The edits after which the endpoint offers exactly `versions`; undefined when they are no range, or an `.if` block decides. */
export function setVersions(
  { bind, entry }: SourcedEndpoint,
  versions: readonly TlsVersion[],
  whole: Whole,
): readonly FileEdits[] | undefined {
  const words = rangeWords(versions);
  const listed = entry === undefined ? undefined : entrySettings(entry);
  if (listed !== undefined && listed.settings.length > 0)
    return words === undefined || listed.unclear
      ? undefined
      : inFile(listed.statement, rewriteLine(listed, withUpperBound(words, listed)));
  const own = settingsOf(bind);
  const global = globalSettings(whole);
  if (words === undefined || own.unclear || global.some(({ unclear, always }) => unclear || !always)) return undefined;
  const shared = global.filter(({ settings }) => settings.length > 0);
  // A line of its own without an upper bound still has that of `global`.
  const capped = shared.some(({ settings }) =>
    settings.some(
      ({ kind, version }) =>
        (kind === 'max' || kind === 'force') && TLS_VERSIONS.indexOf(version) < TLS_VERSIONS.length - 1,
    ),
  );
  if (own.settings.length > 0)
    return capped && !words.includes('ssl-max-ver') ? undefined : inFile(bind, rewriteLine(own, words));
  const [only, ...more] = shared;
  if (only !== undefined) return more.length > 0 ? undefined : inFile(only.statement, rewriteLine(only, words));
  const ssl = sslWord(bind);
  return ssl === undefined ? undefined : inFile(bind, [insertBehind(ssl, words)]);
}
