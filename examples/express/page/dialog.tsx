import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { useApp } from './use-app.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** A modal window. The browser keeps the focus inside, closes on Esc and gives the focus back. */
function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const heading = useId()
  const { hush } = useApp()
  useLayoutEffect(() => {
    const dialog = ref.current
    hush() // what was said before is answered or over
    dialog?.showModal()
    return () => dialog?.close()
  }, [hush])
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  )
}

interface ConfirmProps extends DialogProps {
  readonly yes: string
  readonly no: string
  readonly busy: boolean
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly onYes: () => void
}

/** A question with two answers; the harmless one has the focus when it is a dangerous question. */
export function Confirm({
  yes,
  no,
  busy,
  disabled = false,
  danger = false,
  ...rest
}: ConfirmProps) {
  const { title, onClose, onYes, children } = rest
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div className="row end">
        <button type="button" onClick={onClose}>
          {no}
        </button>
        <button
          type="button"
          className={danger ? 'danger' : 'primary'}
          disabled={busy || disabled}
          onClick={onYes}
        >
          {busy ? 'One moment…' : yes}
        </button>
      </div>
    </Dialog>
  )
}
