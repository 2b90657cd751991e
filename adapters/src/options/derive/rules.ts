import type { VenueModule } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'

/** Everything of a rule but its arithmetic: nothing changes a subaccount here. */
type Rule = Omit<VenueModule, 'evaluate' | 'compile'>

const unchangeable: Pick<VenueModule, 'liquidate' | 'operations' | 'apply'> = {
  liquidate: null,
  operations: [],
  apply: (_state, { kind }) => {
    throw new OperationError(
      `A Derive subaccount cannot be changed by "${kind}" here: this adapter reads and judges it. Trade or transfer at the venue, then read it again.`,
    )
  },
}

/** The standard manager. */
export const STANDARD: Rule = { tag: 'derive/standard', version: 1, ...unchangeable }

/** Portfolio margin as the venue reports it. */
export const PORTFOLIO: Rule = { tag: 'derive/portfolio', version: 1, ...unchangeable }

/** Portfolio margin where the account's parameters are known. */
export const STRESS: Rule = { tag: 'derive/stress', version: 1, ...unchangeable }
