/** Owns Caddy's answer to each remedy: the smallest edit of the text that makes it true. */
import type { FileEdits, Remedy } from '../../../model/remedy.ts';
import type { CaddyProject } from '../project.ts';

/** What realizers need to find the text behind the model. */
export interface RealizeContext {
  readonly project: CaddyProject;
}

export function realize(remedy: Remedy, _context: RealizeContext): readonly FileEdits[] | undefined {
  return remedy.kind === 'edit' ? remedy.edits() : undefined;
}
