/**
 * Share of value lost when a dependency node fails, by what the node is. Each is the move of one
 * recorded event, so that a report can name what it assumes; none is a forecast.
 */

/** Issuer with fiat reserves: USDC traded at 0.88 on 2023-03-11 (The Block; CNN after CoinGecko). */
export const FIAT_RESERVES = 0.12

/** Synthetic or delta-neutral dollar: USDe traded 34.3 % down on one venue on 2025-10-10. */
export const SYNTHETIC_DOLLAR = 0.343

/** Overcollateralised dollar: DAI traded at 0.88 on 2023-03-11 (The Block). */
export const CRYPTO_BACKED_DOLLAR = 0.12

/** Liquid staking token: stETH traded at 0.937 ETH in June 2022 (Trustnodes). */
export const LIQUID_STAKING = 0.063

/** Liquid restaking token: rsETH, its loss shared by all holders, 2026-04-18. */
export const LIQUID_RESTAKING = 0.15

/** Bridge: rsETH on rollups if its loss stays there, 2026-04-18. */
export const BRIDGE = 0.7354

/** Custodian or issuer of a wrapped asset: no event on record; set to the shared loss of 2026-04-18. */
export const CUSTODIAN = 0.15

/** Vault over strategies or loans: xUSD after the loss of 2025-11-03. */
export const STRATEGY_VAULT = 0.89
