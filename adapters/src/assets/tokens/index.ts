import { ARBITRUM_TOKENS } from './arbitrum.js'
import { AVALANCHE_TOKENS } from './avalanche.js'
import { BASE_TOKENS } from './base.js'
import { BNB_TOKENS } from './bnb.js'
import { ETHEREUM_TOKENS } from './ethereum.js'
import { GNOSIS_TOKENS } from './gnosis.js'
import { LINEA_TOKENS } from './linea.js'
import { OPTIMISM_TOKENS } from './optimism.js'
import { POLYGON_TOKENS } from './polygon.js'
import { SCROLL_TOKENS } from './scroll.js'
import type { TokenTable } from './token-table.js'

/** Every listed token by chain id. */
export const TOKENS: { readonly [chain: number]: TokenTable } = {
  1: ETHEREUM_TOKENS,
  10: OPTIMISM_TOKENS,
  56: BNB_TOKENS,
  100: GNOSIS_TOKENS,
  137: POLYGON_TOKENS,
  8453: BASE_TOKENS,
  42161: ARBITRUM_TOKENS,
  43114: AVALANCHE_TOKENS,
  59144: LINEA_TOKENS,
  534352: SCROLL_TOKENS,
}
