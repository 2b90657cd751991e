/** Numbers of a risk engine, read from it. Ratios are fractions of 10,000,000. */
export type EngineParameters = {
  readonly sellerRatio: bigint
  readonly buyerRatio: bigint
  /** What a loan needs above its own amount. */
  readonly loanMargin: bigint
  /** Utilisation up to which sellers pay the base ratio. */
  readonly targetUtilization: bigint
  /** Utilisation from which sellers pay in full, and the cross buffer falls. */
  readonly saturatedUtilization: bigint
  /** Share of a surplus of token0, and of token1, that carries the other token. */
  readonly crossBuffers: readonly [bigint, bigint]
  /** Largest bonus of a liquidator, as a share of the balance. */
  readonly maxBonus: bigint
  /** Factor on the requirement when an owner opens a position or withdraws. */
  readonly decreaseBuffer: bigint
  /** Distance between the oracle's ticks beyond which all of them are asked. */
  readonly maxTicksDelta: bigint
}

/** 100 % in the engine's ratios. */
export const ONE = 10_000_000n
/** 100 % in utilisations. */
export const FULL = 10_000n
/** Ratios per step of utilisation. */
const STEP = ONE / FULL

/** Ratio of a seller at a pool's utilisation (1/10,000): `base`, then a line up to 100 %. */
export function sellerRatioAt(
  { targetUtilization: target, saturatedUtilization: saturated }: EngineParameters,
  base: bigint,
  utilization: bigint,
): bigint {
  const scaled = utilization * STEP
  if (scaled < target) return base
  if (scaled > saturated) return ONE
  return base + ((ONE - base) * (scaled - target)) / (saturated - target)
}

/** Share of a surplus that counts for the other token: the buffer, falling to 0 halfway to full. */
export function crossBufferAt(
  { saturatedUtilization: saturated }: EngineParameters,
  buffer: bigint,
  utilization: bigint,
): bigint {
  const scaled = utilization * STEP
  const cutoff = (saturated + ONE) / 2n
  if (scaled < saturated) return buffer
  return scaled > cutoff ? 0n : (buffer * (cutoff - scaled)) / (cutoff - saturated)
}
