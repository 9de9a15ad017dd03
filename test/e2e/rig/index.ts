/** Owns what the scripts `npm start` and `npm run e2e` call. */

export { closingSummary } from '../../kit/reporter.ts';
export { endToEnd } from './end-to-end.ts';
export { startExamples } from './start-examples.ts';
