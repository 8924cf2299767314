import type { NextConfig } from 'next'
import { fileURLToPath } from 'node:url'

// Only because this example is a workspace: its packages are in the repository's node_modules.
const repository = fileURLToPath(new URL('../..', import.meta.url))

const config: NextConfig = {
  // The page may be drawn before it says where its icon is; a browser then asks for the usual place.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  // Native SQLite cannot be bundled; billwright need not be.
  serverExternalPackages: ['billwright', 'libsql'],
  turbopack: { root: repository },
  outputFileTracingRoot: repository,
  // `npm run typecheck` does it: it needs the declarations of the repository's full build.
  typescript: { ignoreBuildErrors: true },
}

export default config
