/** Owns the lowering of a Caddyfile into the effective model. */
import type { FileUse, Model } from '../../../model/model.ts';
import type { CaddyProject } from '../project.ts';
import type { RealizeContext } from '../realize/index.ts';
import { problemsOf } from './problems.ts';

export interface Lowered {
  readonly model: Model;
  readonly realizing: RealizeContext;
  readonly fileUses: readonly FileUse[];
}

export function lower(project: CaddyProject): Lowered {
  const model: Model = {
    language: 'caddy',
    root: project.root.id,
    role: project.role,
    target: project.paths.environment.target,
    sites: [],
    spoofable: [],
    hops: [],
    obsolete: [],
    problems: [...project.problems, ...problemsOf(project)],
    unseen: project.unseen,
  };
  return { model, realizing: { project }, fileUses: [] };
}
