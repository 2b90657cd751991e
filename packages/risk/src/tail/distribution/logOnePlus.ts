import { log } from '../../pricing/log.js'

/**
 * ln(1 + x) without the cancellation of 1 + x near 1, the same bits on every engine. The rounding
 * of u = 1 + x cancels in ln(u)·x/(u − 1): W. Kahan; D. Goldberg, ACM Comput. Surv. 23 (1991), thm 4.
 */
export function logOnePlus(x: number): number {
  const u = 1 + x
  return u === 1 || u === Infinity ? x : (log(u) * x) / (u - 1)
}
