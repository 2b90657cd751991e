import { ReverseStressError } from './errors.js'

/** The smallest sets of failures that liquidate something. */
export type SmallestFailures = {
  /** Every set of the least size, in the order of the nodes; empty where none was found. */
  readonly sets: readonly (readonly string[])[]
  /** Least size of a set; null where none up to `searchedTo` liquidates. */
  readonly size: number | null
  /** Size of the largest sets that were tried. */
  readonly searchedTo: number
  /** Sets, not larger than those found, of which the outcome is not known. */
  readonly unknown: readonly (readonly string[])[]
}

/**
 * The smallest sets of node failures that liquidate an account (minimal cuts of least size), by trying
 * every set of one, then of two, then of three.
 *
 * @param liquidates whether the failure of exactly these nodes liquidates; null where it is not known
 * @param searchTo largest set that is tried; 3 unless given
 *
 * @example
 * smallestFailures(['bridge', 'issuer', 'oracle'], (failed) => failed.length > 1)
 * // { sets: [['bridge', 'issuer'], ['bridge', 'oracle'], ['issuer', 'oracle']], size: 2, … }
 *
 * @throws ReverseStressError when a node is named twice or the largest set is no whole number above 0.
 */
export function smallestFailures(
  nodes: readonly string[],
  liquidates: (failed: readonly string[]) => boolean | null,
  searchTo = 3,
): SmallestFailures {
  if (new Set(nodes).size !== nodes.length || !Number.isInteger(searchTo) || searchTo < 1) {
    throw new ReverseStressError(
      `Sets of up to ${searchTo} of the nodes [${nodes.join(', ')}] cannot be tried. Name each node once and give a whole number from 1.`,
    )
  }
  const searchedTo = Math.min(searchTo, nodes.length)
  const unknown: (readonly string[])[] = []
  for (let size = 1; size <= searchedTo; size++) {
    const sets: (readonly string[])[] = []
    for (const failed of subsets(nodes, size)) {
      const verdict = liquidates(failed)
      if (verdict === null) unknown.push(failed)
      else if (verdict) sets.push(failed)
    }
    if (sets.length > 0) return { sets, size, searchedTo, unknown }
  }
  return { sets: [], size: null, searchedTo, unknown }
}

/** Every choice of `size` of the nodes, in their order. */
function* subsets(nodes: readonly string[], size: number): Generator<readonly string[]> {
  if (size === 0) {
    yield []
    return
  }
  for (let first = 0; first <= nodes.length - size; first++) {
    for (const rest of subsets(nodes.slice(first + 1), size - 1)) {
      yield [...nodes.slice(first, first + 1), ...rest]
    }
  }
}
