import type { Report, Task } from './jobs.ts'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** How a task ended: with what it found, or by a signal. */
export interface Ended {
  readonly signal: string | null
  readonly outcomes: readonly string[]
}

export interface Processes {
  /** Gives each process its task at the same moment and waits until all have ended. */
  run(tasks: readonly Task[]): Promise<readonly Ended[]>
  end(): void
}

/** Processes of their own that are loaded and wait for tasks; one that was killed stays dead. */
export async function processes(count: number): Promise<Processes> {
  const children = Array.from({ length: count }, () =>
    fork(worker, { cwd: root, execArgv: ['--import', 'tsx'] }),
  )
  await Promise.all(children.map((child) => once(child, 'message')))
  return {
    run: (tasks) => Promise.all(tasks.map((task, n) => runIn(children[n], task))),
    end() {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

function runIn(child: ChildProcess | undefined, task: Task): Promise<Ended> {
  return new Promise((resolve, reject) => {
    if (!child) throw new Error('There are fewer processes than tasks')
    const ended = (end: Ended) => {
      child.removeAllListeners()
      resolve(end)
    }
    child.on('message', (report: Report) => {
      if (report.told === 'done') ended({ signal: null, outcomes: report.outcomes })
    })
    child.on('exit', (code, signal) => {
      if (code === null) ended({ signal, outcomes: [] })
      else reject(new Error(`A process ended with code ${code}`))
    })
    child.send(task)
  })
}
