import { PlimsollError } from '@plimsoll/model'

/** A price, volatility, time or scenario given to a pricing formula is not a usable number. */
export class PricingError extends PlimsollError {
  override readonly name = 'PricingError'
}

/** A scenario, ray or option of the engine does not fit the portfolio or is not a usable number. */
export class ScenarioError extends PlimsollError {
  override readonly name = 'ScenarioError'
}

/** A compiled account refers to a mark, kernel or tier that cannot be evaluated. */
export class CompileError extends PlimsollError {
  override readonly name = 'CompileError'
}
