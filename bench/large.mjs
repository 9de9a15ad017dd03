/** Owns the benchmark of a very large configuration: 100,000 lines, 5,000 TLS servers, beside `nginx -t`. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { median, runProgram, takeTurns } from './measure.mjs';
import { ratio, row, seconds } from './report.mjs';
import { makeCertificates, wholeFile, writeAll } from './texts.mjs';

const SERVERS = 5000;
const CERTIFICATES = 24;
const GOAL_SHARE = 1 / 5;
const GOAL_MB = 400;

const NGINX_PLACES = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'];

export async function large({ root, folder, rounds }) {
  const home = path.join(folder, 'large');
  const file = path.join(home, 'nginx.conf');
  const text = wholeFile(SERVERS, CERTIFICATES);
  writeAll(home, new Map([['nginx.conf', text]]));
  makeCertificates(home, CERTIFICATES);
  const peak = path.join(home, 'peak');
  const lint = () => {
    const hook = path.join(root, 'bench/peak-memory.cjs');
    const run = runProgram(process.execPath, ['--require', hook, path.join(root, 'dist/cli.js'), file], {
      env: { ...process.env, WSSLINT_PEAK: peak },
    });
    if (run.status !== 1) throw new Error(`the command line ended with ${run.status}: ${run.stderr}`);
    return { ...run, megabytes: (Number(readFileSync(peak, 'utf8')) * 1024) / 1e6 };
  };
  const nginx = NGINX_PLACES.find(existsSync);
  const test = () => {
    const run = runProgram(nginx, ['-t', '-p', home, '-c', file]);
    if (run.status !== 0) throw new Error(`nginx refuses the configuration: ${run.stderr.slice(0, 2000)}`);
    return run;
  };
  const results = await takeTurns(nginx === undefined ? { lint } : { lint, test }, Math.ceil(rounds / 2), 0);
  const wall = median(results.lint.map((run) => run.wall));
  const user = median(results.lint.map((run) => run.user));
  const megabytes = Math.max(...results.lint.map((run) => run.megabytes));
  const lines = text.split('\n').length - 1;
  const what = `${lines.toLocaleString('en')} lines, ${SERVERS.toLocaleString('en')} TLS servers`;
  const own = `${seconds(wall)} (${seconds(user)} user)`;
  const share = () => median(results.lint.map((run, i) => run.wall / results.test[i].wall));
  const theirs = () => median(results.test.map((run) => run.wall));
  return [
    nginx === undefined
      ? row(what, `${own}; \`nginx -t\` not run: there is no nginx here`)
      : row(
          what,
          `${ratio(share())} the time of \`nginx -t\`: ${own} to ${seconds(theirs())}`,
          `at most ${ratio(GOAL_SHARE)}`,
          share() <= GOAL_SHARE,
        ),
    row('', `at most ${megabytes.toFixed(0)} MB of memory`, `less than ${GOAL_MB} MB`, megabytes < GOAL_MB),
  ];
}
