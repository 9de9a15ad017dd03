/** Owns where a server of a test lives: its folder, as it sees it and as it is on the disk, and the command that starts it there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './folder.ts';
import { currentGeneration, type ServerName, serverInSuite, suiteRoot } from './generations.ts';
import { type ProcessResult, runProcess } from './process.ts';
import { programPath } from './required.ts';

/** A program and what it is given. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Seat {
  /** The folder of the test, as the server sees it. */
  readonly path: string;
  /** The same folder, as everybody else sees it. */
  readonly outside: string;
  /** Writes a file at an absolute path of the server's, with the folders on its way. */
  write(path: string, content: string | Uint8Array): void;
  makeFolder(path: string): void;
  /** How the server is started, with the folder as its working directory. */
  command(args: readonly string[]): Command;
  remove(): void;
}

/** An empty folder for a server of the current generation. */
export function seatOf(server: ServerName): Seat {
  const root = rootOf();
  const folder = root === '' ? temporaryFolder() : temporaryFolder(join(root, 'tmp'));
  const path = folder.path.slice(root.length);
  const outside = (inside: string) => root + inside;
  return {
    path,
    outside: folder.path,
    write(file, content) {
      mkdirSync(dirname(outside(file)), { recursive: true });
      writeFileSync(outside(file), content);
    },
    makeFolder: (inside) => void mkdirSync(outside(inside), { recursive: true }),
    command: (args) => commandOf(server, args, path),
    remove: folder.remove,
  };
}

/** Runs a server of the current generation to its end, such as to ask for its version. */
export function runServer(server: ServerName, args: readonly string[]): Promise<ProcessResult> {
  const command = commandOf(server, args, '/');
  return runProcess(command.program, command.args);
}

function commandOf(server: ServerName, args: readonly string[], directory: string): Command {
  const root = rootOf();
  if (root === '') return { program: programPath(server) ?? server, args };
  // chroot(8) enters the new root's `/`; env(1) goes on from there. Both become the server itself: its process id is theirs.
  return { program: '/usr/sbin/chroot', args: [root, '/usr/bin/env', '-C', directory, serverInSuite(server), ...args] };
}

/** What the current generation's `/` is called outside, without the slash at its end. */
function rootOf(): string {
  const generation = currentGeneration();
  if (generation === 'installed') return '';
  const root = suiteRoot(generation);
  if (root === undefined) throw new Error(`Debian ${generation} is not prepared on this machine`);
  return root;
}
