/** Owns the way from the protocol's places to VS Code's. */
import { Location, Position, Range, Uri } from 'vscode';
import type { ProtocolLocation, ProtocolPosition } from '../../server/src/lsp/protocol.ts';

export function uriOf(uri: string): Uri {
  return Uri.parse(uri);
}

export function positionOf({ line, character }: ProtocolPosition): Position {
  return new Position(line, character);
}

export function rangeOf({ start, end }: ProtocolLocation['range']): Range {
  return new Range(positionOf(start), positionOf(end));
}

export function locationOf({ uri, range }: ProtocolLocation): Location {
  return new Location(uriOf(uri), rangeOf(range));
}
