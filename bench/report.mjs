/** Owns how results are written: rows of a table, on the terminal and in docs/benchmarks.md. */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export const ratio = (value) => `${value.toFixed(2)} times`;
export const milliseconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const seconds = (value) => `${(value / 1000).toFixed(2)} s`;

/** One line of the table; `met` is undefined where nothing is promised. An empty `what` goes on with the row above. */
export function row(what, result, goal = '', met = undefined) {
  return { what, result, goal, met };
}

const verdict = ({ met }) => (met === undefined ? '' : met ? 'yes' : '**no**');
const cells = (one) => [one.what, one.result, one.goal, verdict(one)];
const HEAD = ['What', 'Measured', 'Goal', 'Met'];

export function printTable(rows) {
  const all = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, i) => Math.max(...all.map((line) => line[i].length)));
  for (const line of all)
    console.log(
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

/** Writes the page, with the machine that the numbers are from. */
export function writePage(file, rows, date) {
  const [processor] = cpus();
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${processor?.model ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GB`;
  const table = [HEAD, HEAD.map(() => '---'), ...rows.map(cells)].map((line) => `| ${line.join(' | ')} |`);
  writeFileSync(
    file,
    `# Benchmarks

Written by \`npm run bench -- --write\`. Each number is a ratio or a difference to something that ran beside it, in turns,
in the same run; medians, unless a p95 is named. The inputs are generated and the same each time.

Measured on ${date} (${machine}).

${table.join('\n')}
`,
  );
}
