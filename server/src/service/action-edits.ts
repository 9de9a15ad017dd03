/** Owns what an action comes to. */
import type { FileEdits } from '../model/remedy.ts';

/** What an action changes. `placeholder` is a text in the edit that the user will want to overwrite. */
export interface ActionEdits {
  readonly files: readonly FileEdits[];
  readonly placeholder?: string;
}
