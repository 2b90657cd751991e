/** Score that is left where one failure at its tabled severity liquidates. */
const CAP_AT_TABLED = 50
/** Score that is left where it takes twice the tabled severity. */
const CAP_AT_TWICE = 75

/** What the failure of one node does to the material accounts; null where it is not known. */
export type NodeShock = {
  /** Id of the asset, issuer, oracle, bridge, vault, curator, venue or chain. */
  readonly node: string
  /** Whether its failure at the tabled severity liquidates a material account. */
  readonly liquidatesAtTabled: boolean | null
  /** Whether its failure at twice that severity does. */
  readonly liquidatesAtTwice: boolean | null
}

/** The highest score that the structure of a portfolio allows. */
export type StructuralCap = {
  /** 50, 75 or 100 by what is known; the true cap is not higher. */
  readonly cap: number
  /** Nodes that bind at this cap, in the given order; empty at 100. */
  readonly nodes: readonly string[]
  /** Nodes of which an answer that could lower the cap is not known, in the given order. */
  readonly unknown: readonly string[]
}

/**
 * Structural cap of the score: 50 if some single node at its tabled severity liquidates a material
 * account, 75 if at twice that severity, 100 else. Volatility sees nothing of it: a pegged loop just
 * above its threshold is far from liquidation by covariance and one failure away by structure.
 *
 * A node that liquidates at the tabled severity does so at twice it, whatever is said of that.
 *
 * @example
 * structuralCap([{ node: 'asset:a', liquidatesAtTabled: false, liquidatesAtTwice: true }])
 * // { cap: 75, nodes: ['asset:a'], unknown: [] }
 */
export function structuralCap(shocks: readonly NodeShock[]): StructuralCap {
  const caps = shocks.map(({ liquidatesAtTabled, liquidatesAtTwice }) => {
    if (liquidatesAtTabled === true) return CAP_AT_TABLED
    return liquidatesAtTwice === true ? CAP_AT_TWICE : 100
  })
  const cap = Math.min(100, ...caps)
  const couldBe = ({ liquidatesAtTabled, liquidatesAtTwice }: NodeShock): number => {
    if (liquidatesAtTabled !== false) return CAP_AT_TABLED
    return liquidatesAtTwice === false ? 100 : CAP_AT_TWICE
  }
  return {
    cap,
    nodes: cap === 100 ? [] : named(shocks, (_, index) => caps[index] === cap),
    unknown: named(shocks, (shock) => couldBe(shock) < cap),
  }
}

function named(
  shocks: readonly NodeShock[],
  test: (shock: NodeShock, index: number) => boolean,
): readonly string[] {
  return shocks.filter(test).map(({ node }) => node)
}
