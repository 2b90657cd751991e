import type { CompiledAccount, CompiledTest, MarginTier, Term } from '@plimsoll/model'
import { CompileError } from '../errors.js'
import type { Checks } from './checks.js'
import type { Kernel, Kernels } from './kernels.js'

/**
 * Checks what a module compiled, so that nothing behind it meets a number that is not finite.
 *
 * @throws CompileError naming the account and the field.
 */
export function validateCompiled(compiled: CompiledAccount, kernels: Kernels): void {
  const fail = (what: string): never => {
    throw new CompileError(
      `The module compiled account "${compiled.account}" with ${what}. Its venue module must be mended; until then the health of the account is unknown.`,
    )
  }
  const finite = (value: number, what: string) => {
    if (!Number.isFinite(value)) fail(`${what} ${value}`)
  }
  const fraction = (value: number, what: string) => {
    finite(value, what)
    if (value < 0) fail(`a negative ${what} ${value}`)
  }
  const mark = (index: number) => {
    if (!Number.isInteger(index) || index < -1 || index >= compiled.marks.length) {
      fail(`a mark ${index} that it does not name`)
    }
  }
  const terms = (list: readonly (Term & { readonly weight?: number })[]) => {
    for (const { mark: index, value, weight = 1 } of list) {
      mark(index)
      finite(value, 'the value')
      finite(weight, 'the weight')
    }
  }
  fraction(compiled.errorBound, 'error bound')
  for (const test of compiled.tests) {
    checkTest(test, { fail, finite, fraction, mark, terms }, kernels)
  }
}

function checkTest(test: CompiledTest, checks: Checks, kernels: Kernels): void {
  const { fail, fraction, terms } = checks
  switch (test.kernel) {
    case 'threshold':
      terms(test.collateral)
      terms(test.debt)
      if (test.averageStep !== null && !(test.averageStep > 0)) fail('an average step of 0 or less')
      return
    case 'maintenance':
      terms(test.equity)
      terms(test.positions)
      terms(test.borrow?.collateral ?? [])
      fraction(test.fixedRequirement, 'fixed requirement')
      if (test.borrow !== null) fraction(test.borrow.limit, 'limit')
      for (const { tiers } of test.positions) checkTiers(tiers, checks)
      return
    case 'standard':
      kernelOf(kernels.standard, test.kernel, fail).check(test, checks)
      return
    case 'scenario':
      kernelOf(kernels.scenario, test.kernel, fail).check(test, checks)
      return
    default:
      fail('a kernel that is not known')
  }
}

function checkTiers(tiers: readonly MarginTier[], { fail, fraction, finite }: Checks): void {
  if (tiers[0]?.from !== 0) fail('margin tiers that do not begin at 0')
  let last = -1
  for (const { from, rate, deduction } of tiers) {
    fraction(from, 'tier bound')
    fraction(rate, 'tier rate')
    finite(deduction, 'tier deduction')
    if (from <= last) fail('margin tiers that do not ascend')
    last = from
  }
}

function kernelOf<Test>(
  kernel: Kernel<Test> | undefined,
  name: string,
  fail: Checks['fail'],
): Kernel<Test> {
  return kernel ?? fail(`the kernel \`${name}\`, which was not given; pass it in \`kernels\``)
}
