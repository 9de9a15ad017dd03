/** Owns the benchmark of the whole command line on one small file, beside a Node that does nothing. */
import path from 'node:path';
import { median, runProgram, takeTurns } from './measure.mjs';
import { milliseconds, row } from './report.mjs';
import { makeCertificates, wholeFile, writeAll } from './texts.mjs';

const GOAL_MS = 80;

export async function starting({ root, folder, rounds }) {
  const home = path.join(folder, 'starting');
  writeAll(home, new Map([['nginx.conf', wholeFile(2, 1)]]));
  makeCertificates(home, 1);
  const own = [path.join(root, 'dist/cli.js'), path.join(home, 'nginx.conf')];
  const results = await takeTurns(
    {
      bare: () => runProgram(process.execPath, ['-e', '0']),
      own: () => {
        const run = runProgram(process.execPath, own);
        if (run.status !== 1) throw new Error(`the command line ended with ${run.status}: ${run.stderr}`);
        return run;
      },
    },
    rounds * 3,
  );
  const more = (kind) => median(results.own.map((run, i) => run[kind] - results.bare[i][kind]));
  const [wall, user] = [more('wall'), more('user')];
  const bare = median(results.bare.map((run) => run.wall));
  return [
    row(
      'The command line on one file of two servers',
      `${milliseconds(wall)} more than \`node -e 0\` (${milliseconds(bare)}); ${milliseconds(user)} more user time`,
      `at most ${milliseconds(GOAL_MS)} more`,
      wall <= GOAL_MS,
    ),
  ];
}
