import type { TestProject } from 'vitest/node'
import { pricingBits } from './pricingBits.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** What Node computes, for the browser to compare with. */
    pricingBitsOfNode: string
  }
}

/** Runs in Node before the browser's tests. */
export default function setup(project: TestProject): void {
  project.provide('pricingBitsOfNode', pricingBits())
}
