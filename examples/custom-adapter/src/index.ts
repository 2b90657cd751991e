import type { Adapter } from '@plimsoll/client'
import { defineAdapter } from '@plimsoll/client'
import { harbourModule } from './margin.js'
import { HARBOUR_CHAIN } from './market.js'
import { HARBOUR_FIDELITY, readHarbour } from './read.js'

/** Harbour: one lending market with one collateral and one debt token, made up for this example. */
export const harbour: Adapter = defineAdapter({
  id: 'harbour',
  name: 'Harbour',
  kind: 'venue',
  family: 'lending',
  chains: [HARBOUR_CHAIN],
  hosts: {
    indexer: {
      url: 'https://indexer.harbour.example/graphql',
      budget: { weight: 60, windowMs: 60_000 },
      browser: 'cors',
    },
  },
  history: 'none',
  discovery: 'One market: the contract is asked for each owner.',
  fidelity: { standard: HARBOUR_FIDELITY },
  read: readHarbour,
  modules: [harbourModule],
})
