/** Owns what the editor shows: it gets the findings of a file when they, or the places they point to, have changed. */
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Finding } from '../rules/rule.ts';
import type { FindingsByFile } from '../service/diagnostics.ts';
import { diagnosticOf, type Terms, uriOf } from './convert.ts';

export interface Publisher {
  /** Sends what differs from what the editor shows; files that were shown and are judged no more are cleared. */
  publish(parts: readonly Part[]): void;
}

/** The findings of one engine. */
export interface Part {
  readonly terms: Terms;
  readonly found: FindingsByFile;
}

export function createPublisher(send: (params: PublishDiagnosticsParams) => void): Publisher {
  const shown = new Map<string, string>();
  return {
    publish(parts) {
      const judged = new Set<string>();
      for (const { terms, found } of parts) {
        for (const [file, findings] of found) {
          const uri = uriOf(terms, file);
          judged.add(uri);
          show(uri, diagnosticsOf(terms, findings), terms.documents.get(uri)?.version);
        }
      }
      for (const uri of [...shown.keys()]) if (!judged.has(uri)) show(uri, [], undefined);
    },
  };

  function show(uri: string, diagnostics: Diagnostic[], version: number | undefined): void {
    const now = JSON.stringify(diagnostics);
    if (now === (shown.get(uri) ?? '[]')) return;
    if (diagnostics.length === 0) shown.delete(uri);
    else shown.set(uri, now);
    send({ uri, diagnostics, ...(version !== undefined && { version }) });
  }
}

function diagnosticsOf(terms: Terms, findings: readonly Finding[]): Diagnostic[] {
  return findings.map((finding) => diagnosticOf(terms, finding));
}
