/** Owns the seed of all generated tests: the same in every run, so that a failure is a change's and not chance's. */
import { configureGlobal } from 'fast-check';

/** `WSSLINT_SEED=7` runs other cases, `WSSLINT_SEED=random` other ones each time; a failure prints its seed. */
const wanted = process.env.WSSLINT_SEED ?? '20261123';
if (wanted !== 'random') configureGlobal({ seed: Number(wanted) });
