import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/**
 * `@plimsoll/risk` and its subpaths as users run it: built, and loaded by the engine itself. Within a test every call
 * to another module goes through a getter, which an engine does not inline: a hot loop would take
 * several times as long, and allocate.
 */
export const risk: typeof import('@plimsoll/risk') = load('@plimsoll/risk')
export const calibrate: typeof import('@plimsoll/risk/calibrate') = load('@plimsoll/risk/calibrate')
export const grid: typeof import('@plimsoll/risk/grid') = load('@plimsoll/risk/grid')
export const live: typeof import('@plimsoll/risk/live') = load('@plimsoll/risk/live')
export const pricing: typeof import('@plimsoll/risk/pricing') = load('@plimsoll/risk/pricing')
export const random: typeof import('@plimsoll/risk/random') = load('@plimsoll/risk/random')
export const scenarios: typeof import('@plimsoll/risk/scenarios') = load('@plimsoll/risk/scenarios')
export const score: typeof import('@plimsoll/risk/score') = load('@plimsoll/risk/score')
export const sweep: typeof import('@plimsoll/risk/sweep') = load('@plimsoll/risk/sweep')
export const tail: typeof import('@plimsoll/risk/tail') = load('@plimsoll/risk/tail')
export const unified: typeof import('@plimsoll/risk/unified') = load('@plimsoll/risk/unified')
