/** The sentences of `describe`, one table per language. Braces are filled with names, dates, money. */

const en = {
  none: 'You have no subscription. Choose a plan to get started.',
  free: 'You are on the {plan} plan.',
  active: 'Your {plan} plan is active and renews on {date} for {amount}.',
  ending: 'Your {plan} plan is active until {date}.',
  after: 'You will be switched to the {next} plan after this.',
  trialing: 'Your {plan} trial runs until {date}.',
  trial_pays: 'You will be charged {amount} then.',
  past_due:
    'Your payment of {amount} failed. Your {plan} plan stays active until {date}; please update your payment method.',
  past_due_page:
    'Your payment of {amount} is due. Your {plan} plan stays active until {date}; please pay on the page that was sent to you.',
  suspended: 'Your {plan} plan is suspended because {amount} is unpaid. Pay to restore it.',
  unpaid: 'Your {plan} trial has ended. Subscribe to continue; your data is kept.',
  paused: 'Your {plan} plan is paused.',
  paused_until: 'Your {plan} plan is paused until {date}.',
  canceled: 'Your {plan} plan ended on {date}.',
  expired: 'Your {plan} plan expired on {date}.',
  blocked: 'Your {plan} plan is on hold. Please contact support.',
  scheduled: 'Your plan will change to {next} on {date} for {amount}.',
  archive: '{items} will be archived then.',
}

export type SentenceName = keyof typeof en

export const SENTENCES: Readonly<
  Record<'en' | 'fr' | 'fil', Readonly<Record<SentenceName, string>>>
> = {
  en,
  fr: {
    none: 'Vous n’avez pas d’abonnement. Choisissez une formule pour commencer.',
    free: 'Vous êtes sur la formule {plan}.',
    active: 'Votre formule {plan} est active et sera renouvelée le {date} pour {amount}.',
    ending: 'Votre formule {plan} est active jusqu’au {date}.',
    after: 'Vous passerez ensuite à la formule {next}.',
    trialing: 'Votre essai {plan} dure jusqu’au {date}.',
    trial_pays: '{amount} vous seront alors facturés.',
    past_due:
      'Votre paiement de {amount} a échoué. Votre formule {plan} reste active jusqu’au {date} ; mettez à jour votre moyen de paiement.',
    past_due_page:
      'Votre paiement de {amount} est attendu. Votre formule {plan} reste active jusqu’au {date} ; payez sur la page qui vous a été envoyée.',
    suspended:
      'Votre formule {plan} est suspendue : {amount} restent impayés. Payez pour la rétablir.',
    unpaid:
      'Votre essai {plan} est terminé. Abonnez-vous pour continuer ; vos données sont conservées.',
    paused: 'Votre formule {plan} est en pause.',
    paused_until: 'Votre formule {plan} est en pause jusqu’au {date}.',
    canceled: 'Votre formule {plan} a pris fin le {date}.',
    expired: 'Votre formule {plan} a expiré le {date}.',
    blocked: 'Votre formule {plan} est bloquée. Contactez l’assistance.',
    scheduled: 'Votre formule deviendra {next} le {date} pour {amount}.',
    archive: '{items} seront alors archivés.',
  },
  fil: {
    none: 'Wala kang subscription. Pumili ng plan para makapagsimula.',
    free: 'Nasa {plan} plan ka.',
    active: 'Aktibo ang {plan} plan mo at mare-renew sa {date} sa halagang {amount}.',
    ending: 'Aktibo ang {plan} plan mo hanggang {date}.',
    after: 'Lilipat ka sa {next} plan pagkatapos nito.',
    trialing: 'Ang {plan} trial mo ay hanggang {date}.',
    trial_pays: 'Sisingilin ka ng {amount} pagkatapos.',
    past_due:
      'Hindi natuloy ang bayad mong {amount}. Aktibo pa rin ang {plan} plan mo hanggang {date}; paki-update ang paraan ng pagbabayad.',
    past_due_page:
      'Hindi pa bayad ang {amount}. Aktibo pa rin ang {plan} plan mo hanggang {date}; magbayad sa page na ipinadala sa iyo.',
    suspended:
      'Suspendido ang {plan} plan mo dahil hindi pa bayad ang {amount}. Magbayad para maibalik ito.',
    unpaid: 'Tapos na ang {plan} trial mo. Mag-subscribe para magpatuloy; nakatago pa ang data mo.',
    paused: 'Naka-pause ang {plan} plan mo.',
    paused_until: 'Naka-pause ang {plan} plan mo hanggang {date}.',
    canceled: 'Natapos ang {plan} plan mo noong {date}.',
    expired: 'Nag-expire ang {plan} plan mo noong {date}.',
    blocked: 'Naka-hold ang {plan} plan mo. Makipag-ugnayan sa support.',
    scheduled: 'Magiging {next} ang plan mo sa {date} sa halagang {amount}.',
    archive: 'Ia-archive ang {items} sa araw na iyon.',
  },
}
