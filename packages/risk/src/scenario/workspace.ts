/** Arrays that one book is evaluated in; they grow to the largest book met and are used again. */
export type BookWork = {
  /** Worth of each option today: [options], positions and orders, in the book's unit. */
  worth: Float64Array
  /** Worth of each option in each scenario, before its expiry's factors: [options × scenarios]. */
  stressed: Float64Array
  /** P&L of the options of each expiry, before weights: [expiries × scenarios]. */
  expiries: Float64Array
  /** P&L of the book's positions, weighted: [scenarios]. */
  totals: Float64Array
  /** P&L of its resting orders, weighted, not above 0: [scenarios]. */
  orders: Float64Array
  /** Mark-to-market of options and linear legs, in the book's unit. */
  marked: number
  /** Mark-to-market of the book's collateral, in the book's unit. */
  collateral: number
}

/** An empty workspace. */
export function bookWork(): BookWork {
  return {
    worth: new Float64Array(0),
    stressed: new Float64Array(0),
    expiries: new Float64Array(0),
    totals: new Float64Array(0),
    orders: new Float64Array(0),
    marked: 0,
    collateral: 0,
  }
}

/** Grows a workspace to a book's shape; afterwards evaluation allocates nothing. */
export function fitWork(
  work: BookWork,
  options: number,
  expiries: number,
  scenarios: number,
): void {
  if (work.worth.length < options) work.worth = new Float64Array(options)
  const cells = options * scenarios
  if (work.stressed.length < cells) work.stressed = new Float64Array(cells)
  if (work.expiries.length < expiries * scenarios) {
    work.expiries = new Float64Array(expiries * scenarios)
  }
  if (work.totals.length < scenarios) {
    work.totals = new Float64Array(scenarios)
    work.orders = new Float64Array(scenarios)
  }
}
