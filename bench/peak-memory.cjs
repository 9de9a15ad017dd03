/** Owns telling, when a Node program that it is loaded into ends, how much memory it had at most (WSSLINT_PEAK: where to). */
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  // Kilobytes on every system (libuv).
  writeFileSync(process.env.WSSLINT_PEAK, String(process.resourceUsage().maxRSS));
});
