import { useEffect, useState } from 'react'
import { type Excess, type PlanId, type Preview, post, RETURN_URLS } from './api.ts'
import { Confirm } from './dialog.tsx'
import { date, money } from './format.ts'
import { useApp } from './use-app.tsx'

interface PlanDialogProps {
  readonly plan: PlanId
  readonly onClose: () => void
}

/** What a change of plan costs and when it happens, before anything is done. */
export function PlanDialog({ plan, onClose }: PlanDialogProps) {
  const { plans, busy, command } = useApp()
  const title = plans.find(({ id }) => id === plan)?.title ?? plan
  const [excess, setExcess] = useState<Excess | null>(null)
  const [keep, setKeep] = useState<readonly string[]>([])
  const [preview, setPreview] = useState<Preview | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const chosen = excess === null || keep.length === excess.limit

  useEffect(() => {
    let stale = false
    const asked = excess ? { plan, keep: { [excess.feature]: keep } } : { plan }
    setPreview(null)
    if (chosen)
      post<Preview>('/billing/preview/change', asked).then((answer) => {
        if (stale) return
        if (answer.ok) setPreview(answer.body)
        else if (answer.refusal.code === 'choose_what_to_keep')
          setExcess(answer.refusal.detail?.excess?.[0] ?? null)
        else setProblem(answer.refusal.error)
      })
    return () => {
      stale = true
    }
  }, [plan, excess, keep, chosen])

  async function confirm() {
    const choice = excess ? { keep: { [excess.feature]: keep } } : {}
    const quote = preview?.quote ? { quote: preview.quote } : {}
    const done = preview?.due
      ? `You are on the ${title} plan now.`
      : `Your change to ${title} is set.`
    await command('/billing/change', { plan, ...choice, ...quote, ...RETURN_URLS }, done)
    onClose()
  }

  return (
    <Confirm
      title={`Change to ${title}`}
      yes={preview?.due ? `Pay ${money(preview.due, preview.currency ?? 'USD')}` : 'Confirm change'}
      no="Not now"
      busy={busy}
      disabled={!preview}
      onYes={confirm}
      onClose={onClose}
    >
      {excess && <Choice excess={excess} keep={keep} onChange={setKeep} title={title} />}
      <div aria-live="polite">
        {problem && <p className="note bad">{problem}</p>}
        {!problem && !preview && chosen && <p className="muted">Working out the price…</p>}
        {preview && <Price preview={preview} excess={excess} keep={keep} />}
      </div>
    </Confirm>
  )
}

interface PriceProps {
  readonly preview: Preview
  readonly excess: Excess | null
  readonly keep: readonly string[]
}

function Price({ preview, excess, keep }: PriceProps) {
  const { at, due, next } = preview
  const currency = preview.currency ?? next?.currency ?? 'USD'
  const leaving = excess?.resources.filter(({ id }) => !keep.includes(id)) ?? []
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Due now</dt>
          <dd className="big">{money(due, currency)}</dd>
        </div>
        <div>
          <dt>Takes effect</dt>
          <dd>{due > 0 ? 'At once' : date(at)}</dd>
        </div>
        {next && (
          <div>
            <dt>Next payment</dt>
            <dd>
              {money(next.amount, next.currency)} <span className="whole">on {date(next.at)}</span>
            </dd>
          </div>
        )}
      </dl>
      {due > 0 && (
        <p className="muted">For the days that are left, less what you have paid for them.</p>
      )}
      {leaving.length > 0 && (
        <p className="note warn">
          Archived on {date(at)}: {leaving.map(({ id, label }) => label ?? id).join(', ')}. Nothing
          is deleted.
        </p>
      )}
    </>
  )
}

interface ChoiceProps extends Pick<PriceProps, 'keep'> {
  readonly excess: Excess
  readonly title: string
  readonly onChange: (keep: readonly string[]) => void
}

function Choice({ excess, keep, title, onChange }: ChoiceProps) {
  const { limit, resources } = excess
  return (
    <fieldset>
      <legend>
        {title} has room for {limit}. Which do you keep? ({keep.length} of {limit} chosen)
      </legend>
      {resources.map(({ id, label }) => {
        const checked = keep.includes(id)
        return (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={checked}
              disabled={!checked && keep.length >= limit}
              onChange={() =>
                onChange(checked ? keep.filter((each) => each !== id) : [...keep, id])
              }
            />
            {label ?? id}
          </label>
        )
      })}
    </fieldset>
  )
}
