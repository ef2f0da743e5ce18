/** English: limits and the payment PIN. */

export default {
  "error.wallet.limit_exceeded.day":
    "You may pay {most} a day at most; {left} of that is left for today.",
  "error.wallet.limit_exceeded.payment": "You may pay {most} at once at most.",
  "error.wallet.limit_exceeded.year":
    "You may pay {most} a year at most; {left} of that is left for this year.",
  "error.wallet.pin_locked":
    "Your payment PIN is locked until {until}. Set a new one in the settings, or wait.",
  "error.wallet.pin_required": "Nothing was paid: this needs your payment PIN.",
  "error.wallet.pin_weak": "That PIN is among the first that others would try. Choose another.",
  "error.wallet.pin_wrong": "That was not your payment PIN, and it is locked for three hours now.",

  "limits.day": "Today",
  "limits.of": "{left} of {most}",
  "limits.raise": "Confirm who you are to pay more",
  "limits.title": "What you may still pay",
  "limits.year": "This year",

  "notice.pin.changed": "Your payment PIN was changed.",
  "notice.pin.locked": "Your payment PIN is locked: it was typed wrong five times.",
  "notice.points.asked": "{who} asks whether your Pay Points are enough. Will you let them know?",
  "notice.tier.changed": "We know you better now: you may pay more.",
  "notice.transfer.held": "A transfer with {who} is being reviewed before it goes on.",
  "notice.transfer.released": "A transfer with {who} was reviewed and goes on.",
  "notice.transfer.sent_back": "A transfer with {who} was reviewed and went back.",
  "notice.wallet.frozen": "Your wallet is frozen.",
  "notice.wallet.unfrozen": "Your wallet is open again.",

  "pin.ask": "Is it you?",
  "pin.choose": "PIN",
  "pin.go_on": "Confirm",
  "pin.hint": "Six digits, not 123456 or the like.",
  "pin.is_not_set": "You have set none.",
  "pin.is_set": "You have set one.",
  "pin.locked": "It is locked until {until}. A new one opens it.",
  "pin.new": "New PIN",
  "pin.password": "Your password",
  "pin.saved": "Your payment PIN is set.",
  "pin.six_digits": "Type six digits.",
  "pin.text": "Asked for when you pay more than {payment} at once or {day} in a day.",
  "pin.title": "Payment PIN",
  "pin.wrong": {
    one: "That is not it. You can try once more.",
    other: "That is not it. You can try {count} times more.",
  },
};
