/** Owns the programs that the rig starts: waiting for their output, and ending them by process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { within } from '../checks.ts';

export interface Running {
  readonly process: ChildProcess;
  /** Resolves with the first line of output that `pattern` matches; rejects when the program ends before. */
  line(pattern: RegExp, seconds: number): Promise<RegExpExecArray>;
  /** Asks the program to end and waits for it. */
  stop(): Promise<void>;
}

/** Starts a program; all that it prints goes to `log`. */
export function start(command: string, args: readonly string[], log: string, env = process.env): Running {
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      file.write(text);
    });
  }
  const ended = once(child, 'exit').finally(() => file.end());
  ended.catch(() => undefined);
  return {
    process: child,
    line: (pattern, seconds) =>
      within(
        seconds,
        firstMatch(child, () => output, pattern),
        () => `${command}: no ${pattern}, see ${log}`,
      ),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await within(10, ended, () => `${command} did not end`).catch(() => child.kill('SIGKILL'));
    },
  };
}

function firstMatch(child: ChildProcess, output: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const match = pattern.exec(output());
      if (match) resolve(match);
    };
    look();
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`ended with code ${code} before ${pattern}:\n${output().slice(-2000)}`)),
    );
  });
}

/** Runs a program to its end; rejects with its last output when it fails. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: code ${code}\n${output.slice(-2000)}`);
  return output;
}
