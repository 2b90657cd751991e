export type { LiveMargin, LiveOptions } from './liveMargin.js'
export { liveMargin } from './liveMargin.js'
export type { LiveRequirement } from './requirement.js'
export type { LiveSensitivities } from './sensitivities.js'
