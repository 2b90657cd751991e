import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COMPILERS = ['gcc', 'clang', 'cc']

/** A compiled program in a folder of its own, or why this machine has none. */
export type CompiledProgram =
  | { readonly folder: string; readonly program: string }
  | { readonly unavailable: string }

/** Compiles one C source of this folder for this very processor. */
export function compileC(source: string): CompiledProgram {
  const compiler = COMPILERS.find((name) => macros(name) !== null)
  if (compiler === undefined) return { unavailable: `no C compiler (${COMPILERS.join(', ')})` }
  const defined = macros(compiler) ?? ''
  if (!/__AVX2__/.test(defined) || !/__FMA__/.test(defined)) {
    return { unavailable: `${compiler} knows no AVX2 and FMA for this processor` }
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-limit-'))
  const program = join(folder, 'limit')
  const path = fileURLToPath(new URL(source, import.meta.url))
  execFileSync(compiler, ['-O3', '-march=native', path, '-o', program, '-lm'])
  return { folder, program }
}

/** What `-march=native` defines, or null where there is no such compiler. */
function macros(compiler: string): string | null {
  try {
    const args = ['-march=native', '-dM', '-E', '-x', 'c', '-']
    return execFileSync(compiler, args, { input: '', encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return null
  }
}
