/** Next calls this once when the server starts; the condition keeps Node's modules out of the edge. */
export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { start } = await import('./lib/start')
    await start()
  }
}
