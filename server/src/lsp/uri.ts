/** Owns the translation between URIs and file ids. */

import type { FileId } from '../files/host.ts';
import { normalize } from '../files/paths.ts';
import { remembered } from '../text/names.ts';

/**
 * The file of a `file:` URI; undefined for other schemes and for network shares (`file://server/share`), which a file
 * id cannot express. Windows drive letters come out in upper case, however the editor writes them.
 */
export function toFileId(uri: string): FileId | undefined {
  const match = /^file:(?:\/\/(?:localhost)?)?(\/[^?#]*)/i.exec(uri);
  if (match?.[1] === undefined || match[1].startsWith('//')) return undefined;
  const path = decode(match[1]);
  const drive = /^\/([A-Za-z]):(?=\/|$)/.exec(path)?.[1];
  return normalize(drive === undefined ? path : `${drive.toUpperCase()}:/${path.slice(3)}`);
}

/** The `file:` URI of a file, escaped as VS Code does it, so that both sides call one file by one name. */
export function toUri(file: FileId): string {
  const drive = /^([A-Za-z]):/.exec(file)?.[1];
  const path = drive === undefined ? file : `/${drive.toLowerCase()}${file.slice(1)}`;
  return `file://${path.split('/').map(encode).join('/')}`;
}

/** A made-up id for a document that is no file: unique for its URI, and readable in messages. */
export function syntheticId(uri: string): FileId {
  return `/${decode(uri).replace(/^\/+/, '')}`;
}

/** Folders come again with each file in them, and each file with each lint. */
const encode = remembered((part): string => {
  // A lone surrogate, which a file name on Windows may hold, has no UTF-8 form.
  const wellFormed = part.replace(/\p{Surrogate}/gu, '\uFFFD');
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
});

/** Undoes percent-encoding; what is no UTF-8 stays as it is written. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
