import type { AccountId, AssetId, FactorId, NodeId } from './ids.js'
import type { Provenance } from './market-state.js'

/** A probability by simulation, with its 95 % interval. */
export type ProbabilityEstimate = {
  readonly estimate: number
  readonly lower: number
  readonly upper: number
}

/** Probability that one account is liquidated within its horizon. */
export type AccountProbability = {
  readonly account: AccountId
  /** Days: the owner's time to react there. */
  readonly horizonDays: number
  /** Null where it is not known. */
  readonly probability: ProbabilityEstimate | null
  /** The closed form that checks it, where one holds: 2·F(−d) of its nearest liquidation; else null. */
  readonly closedForm: number | null
}

/** Margin health, 0 (liquidated) to 100, with all that holds it down. */
export type MarginHealthReport = {
  /** Null when anything is unknown or the market state has expired. */
  readonly score: number | null
  /** The score is at most this, by what is known. */
  readonly upperBound: number
  readonly marketScore: number | null
  readonly limitedBy: 'structure' | 'calibration' | 'market' | null
  /** Nodes that set the structural cap. */
  readonly nodes: readonly NodeId[]
  /** Why the score is null; empty when it is not. */
  readonly unknown: readonly string[]
  /** In one sentence: what the number rests on. */
  readonly reason: string
  /** That any material account is liquidated within its horizon; null where it is not known. */
  readonly probability: ProbabilityEstimate | null
  /** Material accounts, the likeliest first. */
  readonly byAccount: readonly AccountProbability[]
  /** How it was simulated. */
  readonly simulation: {
    readonly seed: number
    readonly paths: number
    readonly stepsPerDay: number
    /** Degrees of freedom of the Student-t moves. */
    readonly degreesOfFreedom: number
    readonly method: 'plain' | 'importance'
  }
}

/** One factor's part in a move, such as “ETH −18 %”. */
export type MoveOfFactor = {
  readonly factor: FactorId
  /** −0.18 for a fall of 18 %. */
  readonly relativeMove: number
  /** In standard deviations of this factor over the horizon; null where it has none. */
  readonly deviations: number | null
}

/** The nearest market move that liquidates an account. */
export type NearestLiquidation = {
  readonly account: AccountId
  readonly kind: 'failed' | 'nearest' | 'none' | 'unknown'
  /** Standard deviations of the joint move over the account's horizon; null where none was found. */
  readonly distance: number | null
  /** Largest first; empty where none was found. */
  readonly moves: readonly MoveOfFactor[]
  /** “ETH −18 % with BTC −11 %”; what was found in words. */
  readonly words: string
}

/** What the failure of one dependency node does, in one pass: no prices move in answer to it. */
export type NodeFailure = {
  readonly node: NodeId
  /** Loss of equity in the numeraire at the tabled severity; null where it is not known. */
  readonly loss: number | null
  /** Material accounts that become liquidatable at the tabled severity and at twice it; null: not known. */
  readonly liquidatedAtTabled: readonly AccountId[] | null
  readonly liquidatedAtTwice: readonly AccountId[] | null
}

/** What one cross-margin venue would ask for the whole portfolio. Money in the numeraire. */
export type UnifiedMarginReport = {
  readonly maintenance: number | null
  readonly initial: number | null
  readonly excess: number | null
  readonly spot: number
  readonly peg: number
  readonly addOn: number
  /** The same model for every account alone, and for all in one. */
  readonly siloed: number
  readonly netted: number
  readonly notGranted: number
  readonly capitalEfficiency: number | null
  readonly underlyings: readonly {
    readonly factor: FactorId
    /** Annualised volatility that moved it, floor and stress included. */
    readonly volatility: number
    readonly loss: number
    readonly direction: 'fall' | 'rise'
    readonly component: number
  }[]
  /** By account, adding up to the maintenance margin. */
  readonly byAccount: readonly { readonly account: AccountId; readonly component: number }[]
  readonly flags: readonly {
    readonly code: string
    readonly severity: string
    readonly message: string
  }[]
}

/** Losses over a horizon by full reprice, in the numeraire: positive is a loss. */
export type TailReport = {
  /** Method with parameters and seed. */
  readonly method: string
  readonly horizonDays: number
  readonly scenarios: number
  readonly expectedShortfall: { readonly level: 0.975; readonly loss: number }
  readonly valueAtRisk: { readonly level: 0.99; readonly loss: number }
  /** Expected shortfall after the cost of selling; null where no depth is known. */
  readonly liquidityAdjusted: number | null
  /** Parts of the expected shortfall by account; they add up to it. */
  readonly byAccount: readonly { readonly account: AccountId; readonly component: number }[]
  /** Counts of losses between edges: edges has one more entry than counts. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] }
}

/** Change of equity over moves of everything in spot and implied volatility, in the numeraire. */
export type EquityGrid = {
  /** Relative moves of all spot factors together. */
  readonly spot: readonly number[]
  /** Relative moves of all implied volatilities at 30 days. */
  readonly volatility: readonly number[]
  /** [volatility][spot]; null where a leg cannot be priced. */
  readonly change: readonly (readonly (number | null)[])[]
}

/** What collateral counts for here and at its venue. */
export type CollateralReport = {
  readonly account: AccountId
  readonly leg: string
  readonly asset: AssetId
  readonly value: number
  /** Haircuts as fractions; liquidity null where no depth is known. */
  readonly volatility: number
  readonly peg: number
  readonly liquidity: number | null
  /** 1 − Π(1 − haircut). */
  readonly haircut: number
  /** What we would lend of the value: 1 − haircut. */
  readonly lend: number
  /** What the venue lends of it: its liquidation weight; null where its rule has none. */
  readonly venueLends: number | null
  /** Fall of the asset at which a liquidator at the venue's threshold and bonus breaks even; null: not known. */
  readonly liquidatorTolerance: number | null
}

/**
 * Of when the parts of a risk are that take too long for every block or tick: `health`, `binding`,
 * `nearest`, `nearestByAccount`, `nodes`, `worstNode`, `tail`, and the shortfall in `nettedBuffer`.
 */
export type Scored = {
  /** Unix milliseconds of the full assessment that computed them: the report's own instant there. */
  readonly atMs: number
  /**
   * Why they no longer hold, one sentence each; they are then unknown until the next full assessment.
   * Empty while they stand.
   */
  readonly withdrawn: readonly string[]
}

/** Risk of a portfolio under a market state. Same input, same bytes. */
export type PortfolioRisk = {
  readonly scored: Scored
  readonly market: {
    readonly source: string
    readonly asOfMs: number
    readonly expiresAtMs: number
    /** Of the oldest number that was used. */
    readonly oldest: Provenance | null
  }
  readonly health: MarginHealthReport
  /** The account likeliest to be liquidated; null when none can be or it is unknown. */
  readonly binding: AccountId | null
  /** Of the portfolio; null where no material account can be liquidated. */
  readonly nearest: NearestLiquidation | null
  readonly nearestByAccount: readonly NearestLiquidation[]
  /** Largest loss first. */
  readonly nodes: readonly NodeFailure[]
  /** Null where there is none, or the nodes are withdrawn. */
  readonly worstNode: NodeId | null
  readonly unified: UnifiedMarginReport
  /** Null where a leg cannot be priced, or withdrawn. */
  readonly tail: TailReport | null
  /** Equity ÷ expected shortfall: what a netted account would have in hand; null where either is unknown. */
  readonly nettedBuffer: number | null
  readonly grid: EquityGrid
  readonly collateral: readonly CollateralReport[]
  /** Milliseconds since the oldest account was read. */
  readonly dataAgeMs: number
}
