import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Adapter, Signer } from '@plimsoll/client'
import { defineAdapter } from '@plimsoll/client'
import { FileError, UsageError } from './errors.js'
import { keyValue } from './options/chains.js'

/** Signers by name from `--auth name=./signer.mjs`; keys stay inside the module. @throws UsageError, FileError */
export async function loadSigners(
  texts: readonly string[],
): Promise<{ readonly [name: string]: Signer }> {
  const entries = texts.map((text) => keyValue('--auth', text, '--auth derive=./signer.mjs'))
  const signers: { [name: string]: Signer } = {}
  for (const [name, path] of entries) {
    if (signers[name] !== undefined) {
      throw new UsageError(`--auth names "${name}" twice. Give each name one signer.`)
    }
    signers[name] = await loadSigner(path)
  }
  return signers
}

async function loadSigner(path: string): Promise<Signer> {
  const exported = await load(path)
  const signer = exported.default ?? exported.signer
  if (typeof signer !== 'function') {
    throw new FileError(
      `${path} exports no signer. Export by default a function that returns the headers of a request: async ({ method, url, body }) => ({ … }).`,
    )
  }
  return signer as Signer
}

/**
 * The adapter that a module exports: by default, as `adapter`, or the only export that is one. A
 * function without parameters is called for it.
 *
 * @throws FileError when the module cannot be loaded or exports none or several
 */
export async function loadAdapter(path: string): Promise<Adapter> {
  const exported = await load(path)
  const values = [exported.default, exported.adapter, ...Object.values(exported)]
  for (const value of values) {
    const candidate: unknown =
      typeof value === 'function' && value.length === 0 ? attempt(value as () => unknown) : value
    if (isAdapter(candidate)) return defineAdapter(candidate)
  }
  throw new FileError(
    `${path} exports no adapter. Export by default what defineAdapter returns, or a function without parameters that returns it.`,
  )
}

function attempt(make: () => unknown): unknown {
  try {
    return make()
  } catch {
    return undefined
  }
}

function isAdapter(value: unknown): value is Adapter {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    'read' in value &&
    typeof value.id === 'string' &&
    typeof value.read === 'function'
  )
}

async function load(path: string): Promise<{ readonly [name: string]: unknown }> {
  const isPath = /^(\.|\/|[A-Za-z]:)/.test(path) || /\.[cm]?[jt]s$/.test(path)
  try {
    return (await import(isPath ? pathToFileURL(resolve(path)).href : path)) as {
      readonly [name: string]: unknown
    }
  } catch (cause) {
    throw new FileError(
      `Cannot load ${path}: ${cause instanceof Error ? cause.message : String(cause)}. Pass the path of a JavaScript module.`,
      { cause },
    )
  }
}
