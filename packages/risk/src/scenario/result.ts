/** A leg's P&L in the scenario that binds; all of them add up to its P&L. */
export type LegContribution = {
  readonly book: string
  readonly leg: string
  /** Numeraire; negative is a loss. */
  readonly profit: number
}

/** One charge beside the grid, in the numeraire. */
export type ContingencyResult = {
  readonly book: string
  readonly name: string
  readonly apply: 'competes' | 'scaled' | 'added'
  readonly amount: number
}

/** What a margin's loss comes from. */
export type Binding =
  | { readonly kind: 'scenario'; readonly index: number }
  /** Competing charges exceed every scenario's loss. */
  | { readonly kind: 'contingency' }
  /** Each book has its own worst: by book, null where it loses in no scenario. */
  | { readonly kind: 'books'; readonly indices: readonly (number | null)[] }
  /** Nothing loses. */
  | { readonly kind: 'none' }

/** One of an account's two margins, in the numeraire. */
export type MarginResult = {
  readonly requirement: number
  /** Resource − requirement: the margin as a net number. */
  readonly excess: number
  /** Worst loss or competing charge, before the factor. */
  readonly loss: number
  readonly factor: number
  readonly binding: Binding
  /** P&L of all books in every scenario, after offsets and dampeners: [scenarios]. */
  readonly scenarios: readonly number[]
  readonly contingencies: readonly ContingencyResult[]
  /** Haircuts of collateral. */
  readonly haircuts: number
  /**
   * By leg, in the scenario of least P&L (of each book, where books have their own worst), also where
   * a competing charge exceeds it; empty where nothing loses.
   */
  readonly contributions: readonly LegContribution[]
}

/** A leg of a book in every scenario, weighted, in the book's unit. */
export type ScenarioLegResult = {
  readonly leg: string
  readonly worth: number
  /** [scenarios] */
  readonly scenarios: readonly number[]
}

/** A book in every scenario, weighted, in the book's unit; before offsets and dampeners. */
export type BookResult = {
  readonly name: string
  readonly worth: number
  /** Positions: [scenarios]. */
  readonly scenarios: readonly number[]
  /** Resting orders, which count in initial margin only: [scenarios]. */
  readonly orders: readonly number[]
  /** Positions and orders. */
  readonly legs: readonly ScenarioLegResult[]
}

/** A scenario test evaluated in full. */
export type ScenarioResult = {
  /** Mark-to-market and cash, in the numeraire. */
  readonly resource: number
  /** Mark-to-market of legs and collateral. */
  readonly markToMarket: number
  readonly initial: MarginResult
  readonly maintenance: MarginResult
  readonly books: readonly BookResult[]
}
