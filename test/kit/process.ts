/** Owns child processes of tests: started, watched by their events, ended by their own id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A safety net only: whoever waits is woken by the event itself. */
const PATIENCE_MS = 30_000;
const PORT_RETRY_MS = 10;

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on its standard input, which ends then; left out, a program that stays waits for more. */
  readonly input?: string;
}

/** A child process that runs until it is stopped. */
export interface RunningProcess {
  readonly pid: number;
  /** Everything it has written so far, both streams. */
  log(): string;
  /** Resolves when the log matches; rejects, with the log, when the process ends first. */
  waitForLog(pattern: RegExp): Promise<void>;
  /** Resolves when 127.0.0.1 accepts a connection on the port; rejects, with the log, when the process ends first. */
  waitForPort(port: number): Promise<void>;
  /** Asks it to end, insists after a while, or once it has said what matches `done`, and resolves when it is gone. */
  stop(done?: RegExp): Promise<void>;
}

export interface ProcessResult {
  /** The exit code, or the name of the signal that ended it. */
  readonly code: number | string;
  /** Both streams, in the order of arrival. */
  readonly output: string;
  /** What it wrote to its standard output alone. */
  readonly stdout: string;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program that stays. */
export function startProcess(program: string, args: readonly string[], options: ProcessOptions = {}): RunningProcess {
  const { child, pid, output, ended } = launch(program, args, options);
  if (options.input !== undefined) {
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input);
  }
  let end: ProcessResult | undefined;
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  child.stdout.on('data', wake);
  child.stderr.on('data', wake);
  void ended.then((result) => {
    end = result;
    wake();
  });
  const story = () => `${[program, ...args].join(' ')}\n${output()}`;

  const self: RunningProcess = {
    pid,
    log: output,
    waitForLog: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(new Error(`no log line ${pattern} from ${story()}`)), PATIENCE_MS);
        const look = () => {
          if (pattern.test(output())) finish();
          else if (end !== undefined) finish(new Error(`ended with ${end.code}: ${story()}`));
        };
        const finish = (error?: Error) => {
          clearTimeout(timer);
          wakers.delete(look);
          if (error === undefined) resolve();
          else reject(error);
        };
        wakers.add(look);
        look();
      }),
    async waitForPort(port) {
      const giveUpAt = performance.now() + PATIENCE_MS;
      while (!(await accepts(port))) {
        if (end !== undefined) throw new Error(`ended with ${end.code}: ${story()}`);
        if (performance.now() > giveUpAt) throw new Error(`port ${port} is not served by ${story()}`);
        await pause(PORT_RETRY_MS);
      }
    },
    async stop(done) {
      if (end !== undefined) return;
      child.kill('SIGTERM');
      // Where it ends without a word, there is nothing to insist on.
      if (done !== undefined)
        void self.waitForLog(done).then(
          () => child.kill('SIGKILL'),
          () => undefined,
        );
      const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      await ended;
      clearTimeout(insist);
    },
  };
  return self;
}

/** Runs a program to its end, with nothing (or `input`) on its standard input. */
export async function runProcess(
  program: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const { child, ended } = launch(program, args, options);
  // A program that ends without reading its input closes the pipe; its result says what is to be said.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const result = await ended;
  clearTimeout(timer);
  return result;
}

function launch(program: string, args: readonly string[], options: ProcessOptions) {
  const child = spawn(program, args, {
    stdio: 'pipe',
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const chunks: Buffer[] = [];
  const written: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    written.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString('utf8');
  const { pid } = child;
  const ended = new Promise<ProcessResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({
        code: code ?? signal ?? 'unknown',
        output: output(),
        stdout: Buffer.concat(written).toString('utf8'),
      });
    });
  });
  if (pid === undefined) {
    ended.catch(() => undefined);
    throw new Error(`cannot start ${program}`);
  }
  running.add(child);
  return { child, pid, output, ended };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
