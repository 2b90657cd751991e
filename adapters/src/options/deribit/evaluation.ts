import type { Evaluation, VenueModule } from '@plimsoll/model'
import { OperationError } from '@plimsoll/model'

/** What all rules have in common: nothing changes an account here. */
export const readOnly: Pick<VenueModule, 'liquidate' | 'operations' | 'apply'> = {
  liquidate: null,
  operations: [],
  apply: (_state, { kind }) => {
    throw new OperationError(
      `A Deribit account cannot be changed by "${kind}" here: this adapter reads and judges it. Trade or transfer at the venue, then read it again.`,
    )
  },
}

/** The verdict on equity against the equity below which the venue liquidates, both in USD. */
export function healthOf(
  equity: number,
  requirement: number,
): Pick<Evaluation, 'health' | 'liquidatable' | 'maintenanceMargin' | 'excess'> {
  if (!Number.isFinite(equity) || !Number.isFinite(requirement)) {
    return {
      health: {
        value: null,
        reason: 'unknown',
        message: 'The margin is not a finite number at these prices. Check them.',
      },
      liquidatable: null,
      maintenanceMargin: null,
      excess: null,
    }
  }
  // A debt with nothing that requires margin is liquidatable all the same: the kernels turn its sign.
  if (equity < 0 && requirement === -equity) {
    return { health: { value: -1 }, liquidatable: true, maintenanceMargin: 0, excess: equity }
  }
  const margins = { maintenanceMargin: requirement, excess: equity - requirement }
  if (requirement > 0) {
    return {
      health: { value: equity / requirement },
      liquidatable: equity < requirement,
      ...margins,
    }
  }
  return {
    health: {
      value: null,
      reason: 'no-requirement',
      message: 'Nothing in this account requires margin.',
    },
    liquidatable: false,
    ...margins,
  }
}
