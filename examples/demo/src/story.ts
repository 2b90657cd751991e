/** ETH in dollars at the start; the recorded venues are priced at the same. */
export const ETH_PRICE = 1_500

/** What the owner lends and borrows on chain. */
export const POSITION = { weth: 10, usdc: 10_500 } as const

/** The fall that the demo asks about, then makes happen. */
export const SHOCK = -0.2
